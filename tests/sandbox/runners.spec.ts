import { expect } from "chai";
import { addManager, addRunner, DAY, HOUR, startSandbox } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

describe("single runners", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const groupRunner = () =>
        addRunner(sandbox().db, { runnerType: "group_type", groupId: 1, description: "one", tagList: ["a"] });
    const projectRunner = (...projects: number[]) =>
        addRunner(sandbox().db, { runnerType: "project_type" }, projects.length > 0 ? projects : [1]);

    describe("GET /runners/:id", () => {
        it("shows everything but the token", async () => {
            const runner = groupRunner();
            const { body } = await as("owner").get(`/runners/${runner.id}`);
            expect(body).to.include({ id: runner.id, description: "one", runner_type: "group_type", paused: false });
            expect(body.groups).to.deep.equal([{ id: 1, web_url: `${sandbox().url}/groups/apps`, name: "apps" }]);
            expect(JSON.stringify(body)).not.to.contain(runner.token);
        });

        it("is for maintainers of the scope, and for everybody with an instance runner", async () => {
            const { id } = groupRunner();
            const shared = addRunner(sandbox().db, { runnerType: "instance_type" });
            expect((await as("maintainer").get(`/runners/${id}`)).status).to.equal(200);
            for (const token of ["developer", "stranger"]) {
                const { status, body } = await as(token).get(`/runners/${id}`);
                expect([status, body]).to.deep.equal([403, { message: "403 Forbidden - No access granted" }]);
                expect((await as(token).get(`/runners/${shared.id}`)).status).to.equal(200);
            }
        });

        it("answers 404 in the words of each version, and 401 without a token", async () => {
            expect((await as("owner").get("/runners/99")).body).to.deep.equal({ message: "404 Runner Not Found" });
            expect((await as().get("/runners/99")).body).to.deep.equal({ message: "401 Unauthorized" });
            const old = await startSandbox({ seed: PEOPLE, version: 18 });
            const { body } = await client(old, "owner").get("/runners/99");
            await old.close();
            expect(body).to.deep.equal({ message: "404 Not found" });
        });

        it("hides the maintenance note from who cannot change the runner", async () => {
            const { id } = addRunner(sandbox().db, { runnerType: "instance_type", maintenanceNote: "mine" });
            expect((await as("stranger").get(`/runners/${id}`)).body.maintenance_note).to.equal(null);
            expect((await as("root").get(`/runners/${id}`)).body.maintenance_note).to.equal("mine");
        });

        it("tells status by last contact, and paused before online", async () => {
            const { db, clock } = sandbox();
            const runner = groupRunner();
            const status = async () => (await as("owner").get(`/runners/${runner.id}`)).body.status;
            expect(await status()).to.equal("never_contacted");
            db.runners.update(runner.id, { contactedAt: clock.now() });
            expect(await status()).to.equal("online");
            db.runners.update(runner.id, { active: false });
            expect(await status()).to.equal("paused");
            db.runners.update(runner.id, { active: true });
            clock.advance(2 * HOUR + 1000);
            expect(await status()).to.equal("offline");
            clock.advance(7 * DAY);
            expect(await status()).to.equal("stale");
        });
    });

    describe("PUT /runners/:id", () => {
        it("changes only what is sent, and takes empty values as values", async () => {
            const { id } = groupRunner();
            const first = await as("owner").put(`/runners/${id}`, { maximum_timeout: 700, paused: true });
            expect(first.body).to.include({ description: "one", maximum_timeout: 700, paused: true, active: false });
            const second = await as("owner").put(`/runners/${id}`, {
                tag_list: "",
                description: "",
                maximum_timeout: null,
            });
            expect(second.body).to.deep.include({ tag_list: [], description: "", maximum_timeout: null, paused: true });
        });

        it("leaves projects out of its answer in 19 and not before", async () => {
            const { id } = projectRunner();
            expect((await as("owner").put(`/runners/${id}`, { locked: true })).body).not.to.have.property("projects");
            expect((await as("owner").get(`/runners/${id}`)).body.projects).to.have.length(1);
            expect((await as("owner").get(`/runners/${id}?include_projects=false`)).body).not.to.have.property(
                "projects",
            );
        });

        it("answers broken rules by attribute, with GitLab's attribute names", async () => {
            const { id } = groupRunner();
            const body = { tag_list: [], run_untagged: false, maximum_timeout: 5 };
            expect((await as("owner").put(`/runners/${id}`, body)).body).to.deep.equal({
                message: {
                    tags_list: ["can not be empty when runner is not allowed to pick untagged jobs"],
                    maximum_timeout: ["needs to be at least 10 minutes"],
                },
            });
            expect(sandbox().db.runners.must(id).tagList).to.deep.equal(["a"]);
        });

        it("wants at least one change, and not both names of one", async () => {
            const { id } = groupRunner();
            expect((await as("owner").put(`/runners/${id}`, {})).body.error).to.match(
                /^description, active, paused, .* are missing, at least one parameter must be provided$/,
            );
            expect((await as("owner").put(`/runners/${id}`, { active: true, paused: true })).body).to.deep.equal({
                error: "active, paused are mutually exclusive",
            });
        });

        it("refuses maintainers of the group, and tokens that may only read", async () => {
            const { id } = groupRunner();
            expect((await as("maintainer").put(`/runners/${id}`, { locked: true })).status).to.equal(403);
            expect((await as("reader").put(`/runners/${id}`, { locked: true })).body.error).to.equal(
                "insufficient_scope",
            );
            expect((await as("manager").put(`/runners/${id}`, { locked: true })).status).to.equal(200);
        });
    });

    describe("DELETE /runners/:id", () => {
        it("removes the runner, its managers and its token", async () => {
            const runner = groupRunner();
            addManager(sandbox().db, { runnerId: runner.id, systemId: "s_1" });
            const { status, body } = await as("manager").delete(`/runners/${runner.id}`);
            expect([status, body]).to.deep.equal([204, ""]);
            expect(sandbox().db.managers.size).to.equal(0);
            expect((await as().post("/runners/verify", { token: runner.token })).status).to.equal(403);
            expect((await as("manager").delete(`/runners/${runner.id}`)).status).to.equal(404);
        });

        it("refuses a runner of several projects before it looks at permissions", async () => {
            const { id } = projectRunner(1, 2);
            for (const token of ["maintainer", "stranger"]) {
                const { body } = await as(token).delete(`/runners/${id}`);
                expect(body.message).to.equal("403 Forbidden - Runner associated with more than one project");
            }
            expect((await as("root").delete(`/runners/${id}`)).status).to.equal(204);
        });

        it("honours If-Unmodified-Since", async () => {
            const { id } = groupRunner();
            const since = (ms: number) => ({
                "if-unmodified-since": new Date(sandbox().clock.now() + ms).toUTCString(),
            });
            const refused = await as("owner").delete(`/runners/${id}`, undefined, since(-HOUR));
            expect([refused.status, refused.body.message]).to.deep.equal([412, "412 Precondition Failed"]);
            expect((await as("owner").delete(`/runners/${id}`, undefined, since(HOUR))).status).to.equal(204);
        });
    });

    it("resets a token: the new one works, the old one is dead", async () => {
        const runner = groupRunner();
        const old = runner.token;
        const { status, body } = await as("owner").post(`/runners/${runner.id}/reset_authentication_token`);
        expect(status).to.equal(201);
        expect(body.token).to.match(/^glrt-/);
        expect((await as().post("/runners/verify", { token: old })).status).to.equal(403);
        expect((await as().post("/runners/verify", { token: body.token })).status).to.equal(200);
    });

    it("refuses a reset after the rotation deadline", async () => {
        const runner = groupRunner();
        sandbox().db.runners.update(runner.id, { tokenRotationDeadline: sandbox().clock.now() - 1 });
        const { status, body } = await as("owner").post(`/runners/${runner.id}/reset_authentication_token`);
        expect([status, body]).to.deep.equal([403, { error: "Token rotation deadline has passed" }]);
    });

    it("lists managers as a plain array", async () => {
        const runner = groupRunner();
        addManager(sandbox().db, { runnerId: runner.id, systemId: "s_1", version: "19.0.0" });
        const { body, headers } = await as("owner").get(`/runners/${runner.id}/managers`);
        expect(body).to.have.length(1);
        expect(body[0]).to.include({ system_id: "s_1", version: "19.0.0", status: "never_contacted" });
        expect(headers.has("x-page")).to.equal(false);
    });

    it("forgets managers a day after they went stale, and keeps the runner", async () => {
        const { db, clock } = sandbox();
        const runner = groupRunner();
        addManager(db, { runnerId: runner.id, systemId: "s_1", contactedAt: clock.now(), creationState: "finished" });
        const managers = async () => (await as("owner").get(`/runners/${runner.id}/managers`)).body;
        clock.advance(7 * DAY);
        expect((await managers())[0].status).to.equal("stale");
        clock.advance(DAY);
        expect(await managers()).to.deep.equal([]);
        expect((await as("owner").get(`/runners/${runner.id}`)).status).to.equal(200);
    });

    describe("assigning to projects", () => {
        it("assigns once, and unassigns all but the owner project", async () => {
            const { id } = projectRunner(1);
            const assigned = await as("maintainer").post("/projects/apps%2Fweb/runners", { runner_id: id });
            expect([assigned.status, assigned.body.id]).to.deep.equal([201, id]);
            const again = await as("maintainer").post("/projects/2/runners", { runner_id: id });
            expect(again.status).to.equal(400);
            expect(again.body.message).to.match(/^Assign to .+ - runner_error$/);
            expect((await as("maintainer").delete(`/projects/2/runners/${id}`)).status).to.equal(204);
            expect((await as("maintainer").delete(`/projects/2/runners/${id}`)).status).to.equal(404);
            const owner = await as("maintainer").delete(`/projects/1/runners/${id}`);
            expect(owner.body.message).to.equal("403 Forbidden - No access granted");
            const admin = await as("root").delete(`/projects/1/runners/${id}`);
            expect(admin.body.message).to.match(/You cannot unassign a runner from the owner project/);
        });

        it("refuses group runners, locked runners and runners of others", async () => {
            const group = groupRunner();
            const locked = projectRunner(1);
            const foreign = projectRunner(4);
            sandbox().db.runners.update(locked.id, { locked: true });
            const assign = async (id: number) =>
                (await as("maintainer").post("/projects/2/runners", { runner_id: id })).body.message;
            expect(await assign(group.id)).to.equal("403 Forbidden - Runner is a group runner");
            expect(await assign(locked.id)).to.equal("403 Forbidden - Runner is locked");
            expect(await assign(foreign.id)).to.equal("403 Forbidden - No access granted");
            expect(await assign(99)).to.equal("404 Runner Not Found");
        });
    });
});
