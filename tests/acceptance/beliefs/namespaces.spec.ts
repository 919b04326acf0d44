import { expect } from "chai";
import { lab, unlessUnwritten } from "../lab";

describe("beliefs: projects, groups and the caller", () => {
    let group: { id: number; full_path: string };
    let project: { id: number; path_with_namespace: string };
    before(async () => {
        group = await lab().makeGroup();
        project = await lab().makeProject(group.id);
    });

    it("are read by id and by path alike", async () => {
        for (const name of [project.id, encodeURIComponent(project.path_with_namespace)]) {
            const { body } = await lab().must("GET", `/projects/${name}`);
            expect(body).to.include({ id: project.id, path_with_namespace: project.path_with_namespace });
            expect(body.namespace).to.include({ id: group.id, kind: "group" });
        }
        const { body } = await lab().must("GET", `/groups/${encodeURIComponent(group.full_path)}?with_projects=false`);
        expect(body).to.include({ id: group.id, full_path: group.full_path });
        expect(body).not.to.have.property("projects");
    });

    it("that do not exist are 404", async () => {
        for (const path of ["/projects/no%2Fsuch%2Fproject", "/groups/no-such-group-anywhere", "/runners/999999999"])
            expect((await lab().get(path)).status, path).to.equal(404);
    });

    it("are found by many ids at once in GraphQL, and what is not there is left out", async () => {
        const gids = [`gid://gitlab/Project/${project.id}`, "gid://gitlab/Project/999999999"];
        const found = await lab().graphql(
            "query($ids: [ID!]!) { found: projects(ids: $ids) { nodes { id fullPath group { id } } } }",
            { ids: gids },
        );
        expect(found.body.data.found.nodes).to.deep.equal([
            {
                id: gids[0],
                fullPath: project.path_with_namespace,
                group: { id: `gid://gitlab/Group/${group.id}` },
            },
        ]);
        const groups = await lab().graphql(
            "query($ids: [ID!]!) { found: groups(ids: $ids) { nodes { id fullPath } } }",
            { ids: [`gid://gitlab/Group/${group.id}`] },
        );
        expect(groups.body.data.found.nodes).to.have.length(1);
    });

    it("below a group are listed with those of subgroups", async () => {
        const below = await lab().makeGroup(group.id);
        const deep = await lab().makeProject(below.id);
        const { body } = await lab().graphql(
            "query($group: ID!) { group(fullPath: $group) { projects(includeSubgroups: true, first: 100) { nodes { fullPath } pageInfo { hasNextPage endCursor } } } }",
            { group: group.full_path },
        );
        const paths = body.data.group.projects.nodes.map((node: { fullPath: string }) => node.fullPath);
        expect(paths).to.include.members([project.path_with_namespace, deep.path_with_namespace]);
        const rest = await lab().must(
            "GET",
            `/groups/${group.id}/projects?include_subgroups=true&with_shared=false&simple=true&per_page=100`,
        );
        expect(rest.body.map(({ id }: { id: number }) => id)).to.include.members([project.id, deep.id]);
    });

    it("lead from an old path to the new one, by a redirect within the API, and not in GraphQL", async () => {
        const moved = await lab().makeProject(group.id);
        const path = lab().name("renamed");
        await lab().must("PUT", `/projects/${moved.id}`, { path });
        const { status, headers } = await lab().get(`/projects/${encodeURIComponent(moved.path_with_namespace)}`);
        expect(status).to.be.oneOf([301, 302, 307, 308]);
        expect(headers.get("location")).to.match(/\/api\/v4\/projects\//);
        const query = "query($path: ID!) { project(fullPath: $path) { id } }";
        const { body } = await lab().graphql(query, { path: moved.path_with_namespace });
        expect(body.data.project).to.equal(null);
    });

    it("lead from a group's old path nowhere", async () => {
        const moved = await lab().makeGroup();
        await lab().must("PUT", `/groups/${moved.id}`, { path: lab().name("renamed") });
        expect((await lab().get(`/groups/${encodeURIComponent(moved.full_path)}`)).status).to.equal(404);
    });

    it("are shared with a group, once, and not shared any more", async () => {
        const guests = await lab().makeGroup();
        const share = () =>
            lab().send("POST", `/projects/${project.id}/share`, { group_id: guests.id, group_access: 20 });
        expect((await share()).status).to.equal(201);
        const { body } = await lab().must("GET", `/projects/${project.id}`);
        expect(body.shared_with_groups[0]).to.include({ group_id: guests.id, group_access_level: 20 });
        expect((await share()).status).to.equal(409);
        expect((await lab().send("DELETE", `/projects/${project.id}/share/${guests.id}`)).status).to.equal(204);
        expect((await lab().send("DELETE", `/projects/${project.id}/share/${guests.id}`)).status).to.equal(404);
    });

    it("go when they are deleted, or are marked at least, and then not a second time", async () => {
        const gone = await lab().makeProject(group.id);
        expect((await lab().send("DELETE", `/projects/${gone.id}`)).status).to.equal(202);
        const after = await lab().get(`/projects/${gone.id}`);
        if (after.status === 404) return;
        expect(after.body.marked_for_deletion_on).to.match(/^\d{4}-\d\d-\d\d$/);
        expect((await lab().send("DELETE", `/projects/${gone.id}`)).status).to.equal(400);
    });

    it("know who is asking, and what the token is good for", async function () {
        const { body } = await lab().must("GET", "/user");
        expect(body).to.include.keys("id", "username");
        const self = await lab().get("/personal_access_tokens/self");
        unlessUnwritten(this, self);
        expect(self.body.scopes).to.be.an("array");
    });

    it("take a token without the scope for a question of scope: 403 insufficient_scope", async function () {
        const wanted = { name: "reader", scopes: ["read_api"], access_level: 40, expires_at: tomorrow() };
        const made = await lab().send("POST", `/projects/${project.id}/access_tokens`, wanted);
        unlessUnwritten(this, made);
        const headers = { "private-token": made.body.token };
        const refused = await lab().asRunner(
            "PATCH",
            `/projects/${project.id}/job_token_scope`,
            { enabled: true },
            headers,
        );
        expect([refused.status, refused.body.error]).to.deep.equal([403, "insufficient_scope"]);
    });
});

function tomorrow(): string {
    return new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10);
}
