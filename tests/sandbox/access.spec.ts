import { expect } from "chai";
import { addToken, moveGroup } from "../../sandbox";
import { client, sandboxFor } from "./client";

describe("who may call, and how projects and groups are found", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);

    it("refuses tokens it does not know, even where none is needed", async () => {
        for (const path of ["/projects/5", "/user"]) {
            const { status, body } = await as("glpat-nonsense").get(path);
            expect([status, body]).to.deep.equal([401, { message: "401 Unauthorized" }]);
        }
        expect((await as().get("/projects/5")).status).to.equal(200);
    });

    it("takes a token from each place that GitLab looks at", async () => {
        const text = sandbox().tokens.owner!;
        expect((await as().get("/user", { authorization: `Bearer ${text}` })).body.username).to.equal("owner");
        expect((await as().get(`/user?private_token=${text}`)).body.username).to.equal("owner");
        expect((await as().get("/user", { "private-token": text })).body.username).to.equal("owner");
        expect((await as().get("/user", { "job-token": text })).status).to.equal(401);
    });

    it("says of revoked and expired tokens what they are", async () => {
        const { db, clock } = sandbox();
        const token = addToken(db, { name: "t", userId: 1, scopes: ["api"], expiresAt: clock.now() + 1000 });
        expect((await as(token.text).get("/user")).status).to.equal(200);
        clock.advance(2000);
        const expired = await as(token.text).get("/user");
        expect([expired.status, expired.body.error]).to.deep.equal([401, "invalid_token"]);
        expect(expired.body.error_description).to.match(/^Token is expired/);
        db.tokens.update(token.id, { revoked: true });
        expect((await as(token.text).get("/user")).body.error_description).to.match(/^Token was revoked/);
    });

    it("shows a token itself, whatever its scopes", async () => {
        const { body } = await as("creator").get("/personal_access_tokens/self");
        expect(body).to.deep.include({ name: "creator", scopes: ["create_runner"], active: true, revoked: false });
        expect(JSON.stringify(body)).not.to.contain(sandbox().tokens.creator);
        expect((await as().get("/personal_access_tokens/self")).status).to.equal(401);
    });

    it("lets read_api read and nothing else, manage_runner single runners and nothing else", async () => {
        expect((await as("reader").get("/runners")).status).to.equal(200);
        expect((await as("manager").get("/runners")).body.scope).to.equal("api read_api");
        expect((await as("manager").get("/runners/1")).status).to.equal(404);
    });

    it("finds projects and groups by number and by encoded path, whatever its case", async () => {
        for (const id of ["3", "apps%2Fsub%2Fdeep", "Apps%2FSub%2FDeep"]) {
            expect((await as("owner").get(`/projects/${id}`)).body.id).to.equal(3);
        }
        expect((await as("owner").get("/groups/apps%2Fsub")).body.full_path).to.equal("apps/sub");
        expect((await as("owner").get("/groups/apps/sub")).status).to.equal(501);
        expect(sandbox().journal.unrouted()).to.have.length(1);
    });

    it("answers 404 for what the caller may not see, exactly as for what does not exist", async () => {
        const hidden = await as("stranger").get("/projects/1");
        const absent = await as("stranger").get("/projects/99");
        expect([hidden.status, hidden.body]).to.deep.equal([404, { message: "404 Project Not Found" }]);
        expect(absent.body).to.deep.equal(hidden.body);
        expect((await as("stranger").get("/groups/1")).body).to.deep.equal({ message: "404 Group Not Found" });
    });

    it("leads from a project's old path to the new one, and from a group's nowhere", async () => {
        sandbox().db.redirects.insert({ oldPath: "apps/old", targetId: 1 });
        const { status, headers } = await as("owner").get("/projects/apps%2Fold?x=1");
        expect(status).to.equal(301);
        expect(headers.get("location")).to.equal(`${sandbox().url}/api/v4/projects/apps%2Fetl?x=1`);
        const group = sandbox().db.groups.first("path", "apps")!;
        moveGroup(sandbox().db, group.id, { path: "new" });
        expect((await as("owner").get("/groups/apps")).status).to.equal(404);
        expect((await as("owner").get("/groups/new")).body.id).to.equal(group.id);
    });

    it("shows maintainers the registration token of a project, and others not", async () => {
        expect((await as("maintainer").get("/projects/1")).body).to.have.property("runners_token");
        expect((await as("developer").get("/projects/1")).body).not.to.have.property("runners_token");
    });

    it("limits look-ups of one user to 400 a minute", async () => {
        sandbox().db.settings.rateLimits.project = 2;
        for (const status of [200, 200, 429]) expect((await as("owner").get("/projects/1")).status).to.equal(status);
        expect((await as("developer").get("/projects/1")).status).to.equal(200);
    });

    it("throttles everything a user sends where the instance says so, in plain text", async () => {
        sandbox().db.settings.throttlePerMinute = 2;
        for (const status of [200, 200, 429]) expect((await as("owner").get("/user")).status).to.equal(status);
        const { body, headers } = await as("owner").get("/user");
        expect(body).to.equal("Retry later\n");
        expect(Number(headers.get("retry-after"))).to.be.within(1, 60);
        expect(headers.get("ratelimit-limit")).to.equal("2");
        expect((await as("developer").get("/user")).status).to.equal(200);
    });

    it("needs the admin_mode scope in admin mode", async () => {
        const { db } = sandbox();
        db.settings.adminMode = true;
        expect((await as("root").get("/runners/all")).status).to.equal(403);
        const token = addToken(db, { name: "a", userId: 1, scopes: ["api", "admin_mode"] });
        expect((await as(token.text).get("/runners/all")).status).to.equal(200);
    });

    it("shows and changes application settings, for administrators", async () => {
        expect((await as("owner").get("/application/settings")).status).to.equal(403);
        const change = { enforce_ci_inbound_job_token_scope_enabled: false, runner_token_expiration_interval: 7200 };
        expect((await as("root").put("/application/settings", change)).body).to.include(change);
        expect((await as("root").get("/application/settings")).body).to.include(change);
    });

    it("answers what nobody wrote with 501, and remembers it", async () => {
        const { status, body } = await as("owner").get("/projects/1/wikis");
        expect(status).to.equal(501);
        expect(body.message).to.contain("GET /api/v4/projects/1/wikis");
        expect((await as("owner").put("/version", {})).status).to.equal(501);
        expect(
            sandbox()
                .journal.unrouted()
                .map((entry) => entry.path),
        ).to.deep.equal(["/api/v4/projects/1/wikis", "/api/v4/version"]);
    });

    it("refuses bodies that are not what they say", async () => {
        const json = { "content-type": "application/json" };
        const broken = await as("owner").post("/user/runners", "{", json);
        expect([broken.status, broken.body.error]).to.deep.equal([400, "message body does not match declared format"]);
    });
});
