import { expect } from "chai";
import { startSandbox } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

describe("POST /user/runners", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const group = { runner_type: "group_type", group_id: 1 };

    it("answers id, token and expiry, and nothing else", async () => {
        const { status, body } = await as("owner").post("/user/runners", { ...group, description: "one" });
        expect(status).to.equal(201);
        expect(Object.keys(body)).to.deep.equal(["id", "token", "token_expires_at"]);
        expect(body.token).to.match(/^glrt-[\w-]{27,300}\.01\.[0-9a-z]{2}[0-9a-z]{7}$/);
        expect(body.token_expires_at).to.equal(null);
    });

    it("makes another runner at every call, equal or not", async () => {
        const first = await as("owner").post("/user/runners", group);
        const second = await as("owner").post("/user/runners", group);
        expect(second.body.id).to.equal(first.body.id + 1);
        expect(second.body.token).not.to.equal(first.body.token);
    });

    it("takes forms and comma-separated tags as well as JSON", async () => {
        const form = new URLSearchParams({ runner_type: "group_type", group_id: "1", tag_list: "a, b,a", paused: "1" });
        const type = { "content-type": "application/x-www-form-urlencoded" };
        const { body } = await as("owner").post("/user/runners", form.toString(), type);
        const details = (await as("owner").get(`/runners/${body.id}`)).body;
        expect(details.tag_list).to.deep.equal(["a", "b"]);
        expect(details.paused).to.equal(true);
    });

    it("counts the characters of a note and not their bytes", async () => {
        const note = (length: number) => ({ ...group, maintenance_note: "🚀".repeat(length) });
        expect((await as("owner").post("/user/runners", note(1024))).status).to.equal(201);
        const { status, body } = await as("owner").post("/user/runners", note(1025));
        expect(status).to.equal(400);
        expect(body.message).to.equal("400 Bad request - Maintenance note is too long (maximum is 1024 characters)");
    });

    it("treats blank values as not given", async () => {
        const blank = { ...group, description: "", maintenance_note: "", tag_list: [], access_level: null };
        const { body } = await as("owner").post("/user/runners", blank);
        const details = (await as("owner").get(`/runners/${body.id}`)).body;
        expect(details).to.include({ description: null, maintenance_note: null, access_level: "not_protected" });
    });

    const refusals: [string, object, string, number, object][] = [
        ["no type", {}, "owner", 400, { error: "runner_type is missing, runner_type does not have a valid value" }],
        [
            "an unknown type",
            { runner_type: "shared" },
            "owner",
            400,
            { error: "runner_type does not have a valid value" },
        ],
        ["no group", { runner_type: "group_type" }, "owner", 400, { error: "group_id is missing" }],
        ["no project", { runner_type: "project_type" }, "owner", 400, { error: "project_id is missing" }],
        ["a bad timeout", { ...group, maximum_timeout: "x" }, "owner", 400, { error: "maximum_timeout is invalid" }],
        [
            "two mistakes at once",
            { ...group, access_level: "all", paused: 7 },
            "owner",
            400,
            { error: "paused is invalid, access_level does not have a valid value" },
        ],
        [
            "an unknown group, even for who may do nothing",
            { runner_type: "group_type", group_id: 999 },
            "stranger",
            400,
            { message: "400 Bad request - Missing/invalid group" },
        ],
        [
            "a maintainer of the group",
            group,
            "maintainer",
            403,
            { message: "403 Forbidden - Insufficient permissions" },
        ],
        [
            "a developer of the project",
            { runner_type: "project_type", project_id: 1 },
            "developer",
            403,
            { message: "403 Forbidden - Insufficient permissions" },
        ],
        [
            "an instance runner of a non-administrator",
            { runner_type: "instance_type" },
            "owner",
            403,
            { message: "403 Forbidden - Insufficient permissions" },
        ],
        [
            "untagged jobs refused without tags",
            { ...group, run_untagged: false },
            "owner",
            400,
            {
                message:
                    "400 Bad request - Tags list can not be empty when runner is not allowed to pick untagged jobs",
            },
        ],
        [
            "51 tags and a short timeout",
            { ...group, tag_list: Array.from({ length: 51 }, (_, n) => `t${n}`), maximum_timeout: 599 },
            "owner",
            400,
            {
                message:
                    "400 Bad request - Tags list Too many tags specified. Please limit the number of tags to 50 " +
                    "and Maximum timeout needs to be at least 10 minutes",
            },
        ],
        [
            "a description over 1024 characters",
            { ...group, description: "x".repeat(1025) },
            "owner",
            400,
            { message: "400 Bad request - Description is too long (maximum is 1024 characters)" },
        ],
    ];
    for (const [what, body, token, status, answer] of refusals) {
        it(`refuses ${what}`, async () => {
            const reply = await as(token).post("/user/runners", body);
            expect({ status: reply.status, body: reply.body }).to.deep.equal({ status, body: answer });
            expect(sandbox().db.runners.size).to.equal(0);
        });
    }

    it("lets maintainers create project runners and administrators instance runners", async () => {
        const project = { runner_type: "project_type", project_id: 1 };
        expect((await as("maintainer").post("/user/runners", project)).status).to.equal(201);
        expect((await as("root").post("/user/runners", { runner_type: "instance_type" })).status).to.equal(201);
    });

    it("needs the scope create_runner or api", async () => {
        expect((await as("creator").post("/user/runners", group)).status).to.equal(201);
        const refused = await as("reader").post("/user/runners", group);
        expect(refused.status).to.equal(403);
        expect(refused.body).to.deep.equal({
            error: "insufficient_scope",
            error_description: "The request requires higher privileges than provided by the access token.",
            scope: "create_runner api read_api",
        });
    });

    it("takes the expiry from the strictest setting", async () => {
        sandbox().db.settings.groupRunnerTokenExpirationInterval = 3600;
        sandbox().db.groups.update(1, { runnerTokenExpirationInterval: 60 });
        sandbox().clock.freeze();
        const { body } = await as("owner").post("/user/runners", group);
        expect(Date.parse(body.token_expires_at) - sandbox().clock.now()).to.equal(60_000);
    });

    it("holds an explicit expiry against GitLab's bounds", async () => {
        const at = (seconds: number): string => new Date(sandbox().clock.now() + seconds * 1000).toISOString();
        const attempt = async (extra: object) => (await as("owner").post("/user/runners", { ...group, ...extra })).body;
        expect((await attempt({ token_expires_at: at(60) })).message).to.contain("at least 5 minutes in the future");
        expect((await attempt({ token_expires_at: at(16 * 86400) })).message).to.contain("is too far in the future");
        expect((await attempt({ token_rotation_deadline: at(60) })).message).to.contain("token_expires_at is required");
        const wanted = at(86400);
        expect((await attempt({ token_expires_at: wanted })).token_expires_at).to.equal(wanted);
        expect(sandbox().db.runners.size).to.equal(1);
    });

    it("issues the same tokens in two runs from one clock and seed, and others in between", async () => {
        const run = async (): Promise<string> => {
            const start = new Date("2026-08-01T00:00:00Z");
            const other = await startSandbox({ seed: PEOPLE, clockStart: start });
            await client(other, "owner").post("/user/runners", group);
            const state = JSON.stringify(other.db.snapshot()).replaceAll(other.url, "URL");
            await other.close();
            return state;
        };
        expect(await run()).to.equal(await run());
    });

    it("writes tokens as the chosen version and prefix do", async () => {
        sandbox().db.settings.instanceTokenPrefix = "acme";
        expect((await as("owner").post("/user/runners", group)).body.token).to.match(/^acme-glrt-/);
        const old = await startSandbox({ seed: PEOPLE, version: 17 });
        const { body } = await client(old, "owner").post("/user/runners", group);
        await old.close();
        expect(body.token).to.match(/^glrt-t2_[\w-]{20}$/);
    });
});
