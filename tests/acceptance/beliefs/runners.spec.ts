import { expect } from "chai";
import { RUNNER_FIELDS } from "../../../gitlab/runners";
import { lab } from "../lab";

describe("beliefs: runners", () => {
    let group: { id: number; full_path: string };
    before(async () => {
        group = await lab().makeGroup();
    });
    const make = (fields: object = {}) => lab().makeRunner({ group_id: group.id, ...fields });

    it("are made with an id, a token and its end, and the token is in no later answer", async () => {
        const made = await make({ description: "once", tag_list: ["b", "a"] });
        expect(made).to.have.all.keys("id", "token", "token_expires_at");
        expect(made.token).to.match(/^([\w.-]+-)?glrt-[\w.=-]{20,}$/);
        const { body } = await lab().get(`/runners/${made.id}`);
        expect(JSON.stringify(body)).not.to.contain(made.token);
        expect(body).to.include({
            id: made.id,
            description: "once",
            runner_type: "group_type",
            paused: false,
            run_untagged: true,
            access_level: "not_protected",
            maximum_timeout: null,
            status: "never_contacted",
            contacted_at: null,
        });
        expect([...body.tag_list].sort()).to.deep.equal(["a", "b"]);
        expect(body.groups.map(({ id }: { id: number }) => id)).to.deep.equal([group.id]);
    });

    it("are another one for each request, also of the same description, with ids that grow", async () => {
        const [first, second] = [await make({ description: "twin" }), await make({ description: "twin" })];
        expect(second.id).to.be.above(first.id);
        expect(second.token).not.to.equal(first.token);
    });

    it("drop empty values when they are made", async () => {
        const { id } = await make({ description: "", tag_list: [], maintenance_note: "" });
        expect((await lab().get(`/runners/${id}`)).body).to.include({ description: null, maintenance_note: null });
    });

    it("change what a PUT names and nothing else; a list of tags is replaced as a whole", async () => {
        const { id } = await make({ description: "as it was", tag_list: ["a", "b"], maintenance_note: "note" });
        const put = await lab().send("PUT", `/runners/${id}`, { tag_list: ["c"], paused: true });
        expect(put.status).to.equal(200);
        expect(put.body).to.include({ description: "as it was", paused: true, maintenance_note: "note" });
        expect(put.body.tag_list).to.deep.equal(["c"]);
        const cleared = await lab().send("PUT", `/runners/${id}`, { tag_list: [], maximum_timeout: 600 });
        expect([cleared.body.tag_list, cleared.body.maximum_timeout]).to.deep.equal([[], 600]);
    });

    it("must have tags where they take no untagged jobs: 400, by attribute", async () => {
        const { id } = await make();
        const { status, body } = await lab().send("PUT", `/runners/${id}`, { run_untagged: false });
        expect(status).to.equal(400);
        expect(body.message).to.have.property("tags_list");
        const { body: kept } = await lab().get(`/runners/${id}`);
        expect(kept.run_untagged).to.equal(true);
    });

    it("are gone with 404 once they are deleted, to be read, changed and deleted alike", async () => {
        const { id } = await make();
        expect((await lab().send("DELETE", `/runners/${id}`)).status).to.equal(204);
        for (const [method, body] of [["GET"], ["PUT", { paused: true }], ["DELETE"]] as const)
            expect((await lab().send(method, `/runners/${id}`, body)).status, method).to.equal(404);
        const query = `{ runner(id: "gid://gitlab/Ci::Runner/${id}") { id } }`;
        expect((await lab().graphql(query)).body.data).to.deep.equal({ runner: null });
    });

    it("are listed by REST without their tags, page by page, and the next page is named", async () => {
        await make();
        await make();
        const { status, body, headers } = await lab().get(`/groups/${group.id}/runners?type=group_type&per_page=1`);
        expect(status).to.equal(200);
        expect(body).to.have.length(1);
        expect(body[0]).to.include.keys("id", "description", "paused", "runner_type", "status", "online");
        expect(body[0]).not.to.have.any.keys("tag_list", "token");
        expect(headers.get("x-next-page")).to.equal("2");
        const last = await lab().get(`/groups/${group.id}/runners?type=group_type&per_page=100`);
        expect(last.headers.get("x-next-page")).to.equal("");
    });

    it("are listed by GraphQL with all that is compared, direct members of the group alone", async () => {
        const below = await lab().makeGroup(group.id);
        const inner = await lab().makeRunner({ group_id: below.id });
        const { id } = await make({ description: "by GraphQL", tag_list: ["x"], maintenance_note: "n" });
        const { body } = await lab().graphql(
            `query($path: ID!, $after: String) { group(fullPath: $path) { runners(membership: DIRECT, first: 100, after: $after) { count pageInfo { hasNextPage endCursor } nodes { ${RUNNER_FIELDS} } } } }`,
            { path: group.full_path, after: null },
        );
        expect(body.errors).to.equal(undefined);
        const { nodes, count } = body.data.group.runners;
        const ids = nodes.map((node: { id: string }) => node.id);
        expect(ids).to.include(`gid://gitlab/Ci::Runner/${id}`);
        expect(ids).not.to.include(`gid://gitlab/Ci::Runner/${inner.id}`);
        expect(count).to.equal(nodes.length);
        expect(nodes.find((node: { id: string }) => node.id.endsWith(`/${id}`))).to.deep.include({
            runnerType: "GROUP_TYPE",
            description: "by GraphQL",
            maintenanceNote: "n",
            tagList: ["x"],
            accessLevel: "NOT_PROTECTED",
            status: "NEVER_CONTACTED",
        });
    });

    it("of a project are counted with the projects that they serve", async () => {
        const project = await lab().makeProject(group.id);
        const { id } = await lab().makeRunner({ project_id: project.id });
        const { body } = await lab().graphql(
            `query($path: ID!) { project(fullPath: $path) { runners(type: PROJECT_TYPE, first: 100) { nodes { id projectCount } } } }`,
            { path: project.path_with_namespace },
        );
        expect(body.data.project.runners.nodes).to.deep.equal([
            { id: `gid://gitlab/Ci::Runner/${id}`, projectCount: 1 },
        ]);
    });

    it("have a list of jobs, newest first, which is empty for a new one", async () => {
        const { id } = await make();
        const { status, body } = await lab().get(`/runners/${id}/jobs?order_by=id&sort=desc&per_page=1`);
        expect([status, body]).to.deep.equal([200, []]);
    });
});
