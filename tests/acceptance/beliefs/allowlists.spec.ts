import { expect } from "chai";
import { cannotTry, lab, unlessUnwritten } from "../lab";

describe("beliefs: job-token allowlists", () => {
    let group: { id: number; full_path: string };
    let own: { id: number; path_with_namespace: string };
    let other: { id: number; path_with_namespace: string };
    before(async () => {
        group = await lab().makeGroup();
        own = await lab().makeProject(group.id);
        other = await lab().makeProject(group.id);
    });
    const scope = () => `/projects/${own.id}/job_token_scope`;
    const ids = async (list: string) =>
        (await lab().must("GET", `${scope()}/${list}`)).body.map(({ id }: { id: number }) => id);

    it("hold the project itself from the beginning, and no group", async () => {
        expect(await ids("allowlist")).to.deep.equal([own.id]);
        expect(await ids("groups_allowlist")).to.deep.equal([]);
    });

    it("take a project once, list it, and let it go; twice is 400 both times", async () => {
        const add = () => lab().send("POST", `${scope()}/allowlist`, { target_project_id: other.id });
        const remove = () => lab().send("DELETE", `${scope()}/allowlist/${other.id}`);
        const { status, body } = await add();
        expect([status, body]).to.deep.equal([201, { source_project_id: own.id, target_project_id: other.id }]);
        expect((await add()).status).to.equal(400);
        expect(await ids("allowlist")).to.have.members([own.id, other.id]);
        expect((await remove()).status).to.equal(204);
        expect((await remove()).status).to.equal(400);
        expect(await ids("allowlist")).to.deep.equal([own.id]);
    });

    it("take groups in a list of their own, whose entries have id, name and address", async () => {
        await lab().must("POST", `${scope()}/groups_allowlist`, { target_group_id: group.id });
        const { body } = await lab().must("GET", `${scope()}/groups_allowlist`);
        expect(body).to.have.length(1);
        expect(body[0]).to.include({ id: group.id });
        expect(body[0].web_url).to.match(new RegExp(`/groups/${group.full_path}$`));
        expect((await lab().send("DELETE", `${scope()}/groups_allowlist/${group.id}`)).status).to.equal(204);
    });

    it("are on for a new project, and stay so when they are switched on", async () => {
        expect((await lab().must("GET", scope())).body.inbound_enabled).to.equal(true);
        expect((await lab().send("PATCH", scope(), { enabled: true })).status).to.equal(204);
        const { status, body } = await lab().send("PATCH", scope(), {});
        expect([status, String(body.error).startsWith("enabled is missing")]).to.deep.equal([400, true]);
    });

    it("are told by GraphQL without the project itself, with the project's own switch", async () => {
        await lab().must("POST", `${scope()}/allowlist`, { target_project_id: other.id });
        const side =
            "{ nodes { target { ... on CiJobTokenAccessibleProject { id } ... on CiJobTokenAccessibleGroup { id } } defaultPermissions jobTokenPolicies } pageInfo { hasNextPage } }";
        const { body } = await lab().graphql(
            `query($path: ID!) { project(fullPath: $path) { id fullPath createdAt archived ciCdSettings { inboundJobTokenScopeEnabled } ciJobTokenScopeAllowlist { projectsAllowlist(first: 100) ${side} groupsAllowlist(first: 100) ${side} } } }`,
            { path: own.path_with_namespace },
        );
        expect(body.errors).to.equal(undefined);
        const { projectsAllowlist, groupsAllowlist } = body.data.project.ciJobTokenScopeAllowlist;
        expect(projectsAllowlist.nodes.map((node: { target: { id: string } }) => node.target.id)).to.deep.equal([
            `gid://gitlab/Project/${other.id}`,
        ]);
        expect([projectsAllowlist.nodes[0].defaultPermissions, groupsAllowlist.nodes]).to.deep.equal([true, []]);
        expect(body.data.project.ciCdSettings.inboundJobTokenScopeEnabled).to.be.a("boolean");
        await lab().must("DELETE", `${scope()}/allowlist/${other.id}`);
    });

    it("are changed by mutations; one is removed with the direction INBOUND", async () => {
        const run = async (name: string, input: object) => {
            const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
            const query = `mutation($input: ${type}) { ${name}(input: $input) { errors } }`;
            const { body } = await lab().graphql(query, { input: { projectPath: own.path_with_namespace, ...input } });
            expect(body.errors, name).to.equal(undefined);
            expect(body.data[name].errors, name).to.deep.equal([]);
        };
        const { path_with_namespace: path } = other;
        await run("ciJobTokenScopeAddGroupOrProject", {
            targetPath: path,
            defaultPermissions: true,
            jobTokenPolicies: [],
        });
        expect(await ids("allowlist")).to.include(other.id);
        await run("ciJobTokenScopeRemoveProject", { targetProjectPath: path, direction: "INBOUND" });
        expect(await ids("allowlist")).not.to.include(other.id);
    });

    it("have fine-grained permissions whose names GitLab tells", async () => {
        const { body } = await lab().graphql('{ __type(name: "CiJobTokenScopePolicies") { enumValues { name } } }');
        const names = body.data.__type.enumValues.map(({ name }: { name: string }) => name);
        expect(names).to.include.members(["READ_JOBS", "READ_PACKAGES", "READ_REPOSITORIES"]);
    });

    it("are refused with 403 to a Developer, not hidden", async function () {
        const wanted = { name: "developer", scopes: ["api"], access_level: 30, expires_at: tomorrow() };
        const made = await lab().send("POST", `/projects/${own.id}/access_tokens`, wanted);
        unlessUnwritten(this, made);
        if (made.status !== 201) cannotTry(this, `project access tokens cannot be made here (${made.status})`);
        const headers = { "private-token": made.body.token };
        expect((await lab().asRunner("GET", scope(), undefined, headers)).status).to.equal(403);
    });

    it("of what nobody may see are 404", async () => {
        expect((await lab().get("/projects/999999999/job_token_scope")).status).to.equal(404);
    });
});

function tomorrow(): string {
    return new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10);
}
