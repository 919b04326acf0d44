import { expect } from "chai";
import { client, sandboxFor } from "../client";

describe("job-token scope over GraphQL", () => {
    const sandbox = sandboxFor();
    const run = async (query: string, token = "maintainer") => (await client(sandbox(), token).graphql(query)).body;
    const change = async (mutation: string, fields = "errors", token = "maintainer") => {
        const body = await run(`mutation { result: ${mutation} { ${fields} } }`, token);
        return body.data?.result ?? body;
    };
    const add = (target: string, extra = "", fields = "errors") =>
        change(
            `ciJobTokenScopeAddGroupOrProject(input: { projectPath: "apps/etl", targetPath: "${target}" ${extra} })`,
            fields,
        );
    const scope = async () =>
        (
            await run(`{ project(fullPath: "apps/etl") {
                ciJobTokenScope {
                    inboundAllowlist { nodes { fullPath } } groupsAllowlist { nodes { fullPath } }
                    inboundAllowlistCount groupsAllowlistCount
                    inboundAllowlistAutopopulatedIds groupAllowlistAutopopulatedIds
                }
                ciJobTokenScopeAllowlist {
                    projectsAllowlist { count nodes { target { ... on CiJobTokenAccessibleProject { fullPath } }
                        sourceProject { fullPath } direction defaultPermissions jobTokenPolicies autopopulated
                        addedBy { username } } }
                    groupsAllowlist { nodes { target { ... on CiJobTokenAccessibleGroup { fullPath } } } }
                }
            } }`)
        ).data.project;

    it("adds projects and groups by path, counts the project itself, and lists stored entries without it", async () => {
        expect(await add("apps/web")).to.deep.equal({ errors: [] });
        expect(await add("apps/sub")).to.deep.equal({ errors: [] });
        const { ciJobTokenScope, ciJobTokenScopeAllowlist } = await scope();
        expect(ciJobTokenScope).to.deep.include({
            inboundAllowlist: { nodes: [{ fullPath: "apps/web" }, { fullPath: "apps/etl" }] },
            groupsAllowlist: { nodes: [{ fullPath: "apps/sub" }] },
            inboundAllowlistCount: 2,
            groupsAllowlistCount: 1,
        });
        expect(ciJobTokenScopeAllowlist.projectsAllowlist).to.deep.equal({
            count: 1,
            nodes: [
                {
                    target: { fullPath: "apps/web" },
                    sourceProject: { fullPath: "apps/etl" },
                    direction: "inbound",
                    defaultPermissions: true,
                    jobTokenPolicies: [],
                    autopopulated: false,
                    addedBy: { username: "maintainer" },
                },
            ],
        });
        expect(ciJobTokenScopeAllowlist.groupsAllowlist.nodes).to.deep.equal([{ target: { fullPath: "apps/sub" } }]);
    });

    it("answers problems of the domain in the mutation's own errors", async () => {
        await add("apps/web");
        expect((await add("apps/web")).errors).to.deep.equal(["This project is already in the job token allowlist."]);
        expect((await add("no/where")).errors).to.deep.equal(["The group or project does not exist."]);
        expect((await add("elsewhere/secret")).errors[0]).to.match(
            /^The target_project that you are attempting to access/,
        );
    });

    it("removes in the direction it is told, which is OUTBOUND unless said", async () => {
        await add("apps/web");
        const remove = (extra = "") =>
            change(
                `ciJobTokenScopeRemoveProject(input: { projectPath: "apps/etl", targetProjectPath: "apps/web" ${extra} })`,
            );
        expect((await remove()).errors).to.deep.equal(["Target project is not in the job token scope"]);
        expect((await remove("direction: INBOUND")).errors).to.deep.equal([]);
        expect((await scope()).ciJobTokenScope.inboundAllowlistCount).to.equal(1);
        await add("apps/sub");
        const removeGroup = `ciJobTokenScopeRemoveGroup(input: { projectPath: "apps/etl", targetGroupPath: "apps/sub" })`;
        expect((await change(removeGroup)).errors).to.deep.equal([]);
        expect((await change(removeGroup)).errors).to.deep.equal(["Target group is not in the job token scope"]);
    });

    it("sets policies at once or later, where fine-grained permissions are on", async () => {
        const entry = "ciJobTokenScopeAllowlistEntry { defaultPermissions jobTokenPolicies }";
        const added = await add("apps/web", "defaultPermissions: false, jobTokenPolicies: [READ_PACKAGES]", entry);
        expect(added.ciJobTokenScopeAllowlistEntry).to.deep.equal({
            defaultPermissions: false,
            jobTokenPolicies: ["READ_PACKAGES"],
        });
        const update = (target: string, policies: string) =>
            change(
                `ciJobTokenScopeUpdatePolicies(input: { projectPath: "apps/etl", targetPath: "${target}",
                    defaultPermissions: false, jobTokenPolicies: [${policies}] })`,
                `errors ${entry}`,
            );
        expect(
            (await update("apps/web", "READ_JOBS, ADMIN_RELEASES")).ciJobTokenScopeAllowlistEntry.jobTokenPolicies,
        ).to.deep.equal(["READ_JOBS", "ADMIN_RELEASES"]);
        expect((await update("apps/sub", "READ_JOBS")).errors).to.deep.equal([
            "Unable to find a job token scope for the given project & target",
        ]);
        expect((await update("no/where", "READ_JOBS")).errors).to.deep.equal(["The target does not exist"]);
        expect((await update("apps/web", "READ_CONTAINERS")).errors[0].message).to.contain("READ_CONTAINERS");
    });

    it("ignores policies where fine-grained permissions are off", async () => {
        sandbox().db.projects.update(1, { fineGrainedJobTokens: false });
        const entry = "ciJobTokenScopeAllowlistEntry { defaultPermissions jobTokenPolicies }";
        const added = await add("apps/web", "defaultPermissions: false, jobTokenPolicies: [READ_PACKAGES]", entry);
        expect(added.ciJobTokenScopeAllowlistEntry).to.deep.equal({ defaultPermissions: true, jobTokenPolicies: [] });
        const update = await change(
            `ciJobTokenScopeUpdatePolicies(input: { projectPath: "apps/etl", targetPath: "apps/web",
                defaultPermissions: false, jobTokenPolicies: [] })`,
        );
        expect(update.errors[0].message).to.contain("feature flag is disabled");
    });

    it("is for maintainers: others read null and change nothing", async () => {
        const query = `{ project(fullPath: "apps/etl") { ciJobTokenScope { inboundAllowlistCount } ciJobTokenAuthLogs { count } } }`;
        expect((await run(query, "developer")).data.project).to.deep.equal({
            ciJobTokenScope: null,
            ciJobTokenAuthLogs: null,
        });
        const mutation = `ciJobTokenScopeAddGroupOrProject(input: { projectPath: "apps/etl", targetPath: "apps/web" })`;
        expect((await change(mutation, "errors", "developer")).errors[0].message).to.match(
            /^The resource that you are/,
        );
        expect(sandbox().db.projectLinks.size).to.equal(0);
    });

    it("tells who came by", async () => {
        const { db, clock } = sandbox();
        for (const originProjectId of [2, 3, 5]) {
            db.authLog.insert({ accessedProjectId: 1, originProjectId, lastAuthorizedAt: clock.now() });
        }
        const log = await run(
            `{ project(fullPath: "apps/etl") { ciJobTokenAuthLogs { nodes { originProject { fullPath } lastAuthorizedAt } } } }`,
        );
        expect(log.data.project.ciJobTokenAuthLogs.nodes).to.have.length(3);
    });
});
