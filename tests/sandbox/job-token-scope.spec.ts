import { expect } from "chai";
import { startSandbox } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

describe("job-token scope over REST", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const scope = "/projects/1/job_token_scope";
    const ids = (body: { id: number }[]): number[] => body.map(({ id }) => id);

    it("is for maintainers", async () => {
        for (const path of [scope, `${scope}/allowlist`, `${scope}/groups_allowlist`]) {
            expect((await as("maintainer").get(path)).status).to.equal(200);
            expect((await as("developer").get(path)).body).to.deep.equal({ message: "403 Forbidden" });
            expect((await as("stranger").get(path)).body).to.deep.equal({ message: "404 Project Not Found" });
            expect((await as().get(path)).body).to.deep.equal({ message: "401 Unauthorized" });
        }
    });

    it("shows the effective switch and refuses to open an enforced list", async () => {
        sandbox().db.projects.update(1, { inboundJobTokenScopeEnabled: false });
        expect((await as("maintainer").get(scope)).body).to.deep.equal({
            inbound_enabled: true,
            outbound_enabled: false,
        });
        const refused = await as("maintainer").patch(scope, { enabled: false });
        expect(refused.status).to.equal(400);
        expect(refused.body.message).to.match(/^400 Bad request - Job token scope cannot be disabled for this project/);
        expect((await as("maintainer").patch(scope, { enabled: true })).status).to.equal(204);
        expect(sandbox().db.projects.must(1).inboundJobTokenScopeEnabled).to.equal(true);
    });

    it("opens and closes a list that is not enforced", async () => {
        sandbox().db.settings.enforceInboundJobTokenScope = false;
        expect((await as("maintainer").patch(scope, { enabled: false })).status).to.equal(204);
        expect((await as("maintainer").get(scope)).body.inbound_enabled).to.equal(false);
        expect((await as("maintainer").patch(scope, {})).body).to.deep.equal({
            error: "enabled is missing, enabled is empty",
        });
        expect((await as("maintainer").patch(scope, { enabled: "maybe" })).body).to.deep.equal({
            error: "enabled is invalid",
        });
        expect((await as("maintainer").patch(scope, { enabled: null })).body).to.deep.equal({
            error: "enabled is empty",
        });
    });

    it("answered 204 and changed nothing before 19", async () => {
        const old = await startSandbox({ seed: PEOPLE, version: 18 });
        const { status } = await client(old, "maintainer").patch(scope, { enabled: false });
        const after = await client(old, "maintainer").get(scope);
        await old.close();
        expect([status, after.body.inbound_enabled]).to.deep.equal([204, true]);
    });

    describe("projects", () => {
        const list = `${scope}/allowlist`;

        it("lists the project itself, always", async () => {
            const { body } = await as("maintainer").get(list);
            expect(ids(body)).to.deep.equal([1]);
            expect(body[0]).to.include({ path_with_namespace: "apps/etl", visibility: "private" });
        });

        it("adds, lists by ascending id, and removes", async () => {
            const added = await as("maintainer").post(list, { target_project_id: 3 });
            expect([added.status, added.body]).to.deep.equal([201, { source_project_id: 1, target_project_id: 3 }]);
            await as("maintainer").post(list, { target_project_id: 2 });
            expect(ids((await as("maintainer").get(list)).body)).to.deep.equal([1, 2, 3]);
            expect((await as("maintainer").delete(`${list}/3`)).status).to.equal(204);
            expect(ids((await as("maintainer").get(list)).body)).to.deep.equal([1, 2]);
        });

        it("reads by path but changes by number only", async () => {
            expect((await as("maintainer").get(list.replace("1", "apps%2Fetl"))).status).to.equal(200);
            const { body } = await as("maintainer").post(list.replace("1", "apps%2Fetl"), { target_project_id: 2 });
            expect(body).to.deep.equal({ error: "id is invalid" });
        });

        const refusals: [string, object, number, object][] = [
            ["no target", {}, 400, { error: "target_project_id is missing, target_project_id is empty" }],
            ["a path as target", { target_project_id: "apps/web" }, 400, { error: "target_project_id is invalid" }],
            ["a null target", { target_project_id: null }, 400, { error: "target_project_id is empty" }],
            [
                "an unknown target",
                { target_project_id: 99 },
                404,
                { message: "404 target_project_id not found Not Found" },
            ],
            [
                "a target that the caller cannot see",
                { target_project_id: 4 },
                400,
                {
                    message:
                        "400 Bad request - The target_project that you are attempting to access does not exist or " +
                        "you don't have permission to perform this action",
                },
            ],
            [
                "itself",
                { target_project_id: 1 },
                400,
                {
                    message:
                        "400 Bad request - Validation failed: Target project can't be the same as the source project",
                },
            ],
            [
                "a duplicate",
                { target_project_id: 2 },
                400,
                { message: "400 Bad request - This project is already in the job token allowlist." },
            ],
        ];
        for (const [what, body, status, answer] of refusals) {
            it(`refuses ${what}`, async () => {
                if (what === "a duplicate") await as("maintainer").post(list, body);
                const reply = await as("maintainer").post(list, body);
                expect([reply.status, reply.body]).to.deep.equal([status, answer]);
            });
        }

        it("takes 200 entries and no more", async () => {
            sandbox().db.settings.allowlistLimit = 1;
            expect((await as("maintainer").post(list, { target_project_id: 2 })).status).to.equal(201);
            expect((await as("maintainer").post(list, { target_project_id: 3 })).body.message).to.equal(
                "400 Bad request - Validation failed: Source project exceeds the allowable number of project links in this direction",
            );
        });

        it("answers removals of what is not there with 400, of what does not exist with 404", async () => {
            const remove = async (id: number) => (await as("maintainer").delete(`${list}/${id}`)).body.message;
            expect(await remove(2)).to.equal("400 Bad request - Target project is not in the job token scope");
            expect(await remove(1)).to.equal(
                "400 Bad request - Source project cannot be removed from the job token scope",
            );
            expect(await remove(99)).to.equal("404 Project Not Found");
        });
    });

    describe("groups", () => {
        const list = `${scope}/groups_allowlist`;

        it("starts empty, adds, lists without paths, and removes", async () => {
            expect((await as("maintainer").get(list)).body).to.deep.equal([]);
            const added = await as("maintainer").post(list, { target_group_id: 2 });
            expect([added.status, added.body]).to.deep.equal([201, { source_project_id: 1, target_group_id: 2 }]);
            expect((await as("maintainer").get(list)).body).to.deep.equal([
                { id: 2, web_url: `${sandbox().url}/groups/apps/sub`, name: "sub" },
            ]);
            expect((await as("maintainer").delete(`${list}/2`)).status).to.equal(204);
            expect((await as("maintainer").get(list)).body).to.deep.equal([]);
        });

        it("refuses unknown, invisible, double and absent groups", async () => {
            const add = async (id: number) => (await as("maintainer").post(list, { target_group_id: id })).body.message;
            await add(2);
            expect(await add(2)).to.equal("400 Bad request - This group is already in the job token allowlist.");
            expect(await add(99)).to.equal("404 target_group_id not found Not Found");
            sandbox().db.projects.delete(5);
            expect(await add(3)).to.contain("The target_group that you are attempting to access does not exist");
            const { body } = await as("maintainer").delete(`${list}/1`);
            expect(body.message).to.equal("400 Bad request - Target group is not in the job token scope");
        });
    });
});
