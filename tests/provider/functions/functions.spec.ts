import { expect } from "chai";
import gitlabSchema from "../../../provider/schema/gitlab.json";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { fakeGitLab } from "../../helpers/fake-gitlab";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

const PROJECT = {
    id: 7,
    name: "etl",
    path_with_namespace: "apps/etl",
    visibility: "private",
    archived: false,
    namespace: { id: 3, name: "Apps", path: "apps", kind: "group", full_path: "apps" },
    tag_list: ["a"],
    topics: ["b"],
    container_registry_enabled: true,
    container_expiration_policy: { cadence: "1d", enabled: true, keep_n: 10, older_than: null },
    license: null,
    permissions: { project_access: null, group_access: { access_level: 50, notification_level: 3 } },
    _links: { self: "https://gitlab.example.org/api/v4/projects/7" },
    runners_token: "GR1348941aaaaaaaaaaaaaaaaaaaa",
    approvals_before_merge: null,
};

describe("functions of package gitlab", () => {
    let plugin: Plugin;
    let fake: Awaited<ReturnType<typeof fakeGitLab>>;
    before(async () => {
        fake = await fakeGitLab(({ path }) => {
            if (path === "/api/graphql") {
                return { status: 403, json: { message: "403 Forbidden" } };
            }
            const answers: Record<string, object> = {
                "/api/v4/projects/7": PROJECT,
                "/api/v4/projects/apps%2Fetl": PROJECT,
                "/api/v4/groups/apps?with_projects=false": {
                    id: 3,
                    full_path: "apps",
                    visibility: "internal",
                    parent_id: null,
                },
                "/api/v4/user": { id: 5, username: "olga", name: "Olga", bot: false, public_email: "" },
                "/api/v4/metadata": {
                    version: "19.0.0-ee",
                    revision: "abc",
                    enterprise: true,
                    kas: { enabled: true, externalUrl: "wss://kas", version: "v19" },
                },
            };
            return answers[path] === undefined
                ? { status: 404, json: { message: "404 Not Found" } }
                : { json: answers[path] };
        });
        plugin = await startPlugin("gitlab", { baseUrl: fake.url, token: "x" });
    });
    after(async () => {
        await plugin.close();
        await fake.close();
    });

    it("has every published output of getProject, empty where GitLab tells nothing", async () => {
        const { state, secrets } = await plugin.invoke("getProject", { pathWithNamespace: "apps/etl" });
        const published = gitlabSchema.functions["gitlab:index/getProject:getProject"].outputs.properties;
        expect(Object.keys(state).sort()).to.deep.equal(Object.keys(published).sort());
        expect(state).to.deep.include({
            id: "7",
            visibilityLevel: "private",
            namespaceId: 3,
            tagLists: ["a"],
            containerRegistryEnabled: true,
            licenses: [],
            approvalsBeforeMerge: 0,
            description: "",
            mirror: false,
            statistics: {},
            markedForDeletion: false,
            links: { self: "https://gitlab.example.org/api/v4/projects/7" },
            namespaces: [{ id: 3, name: "Apps", path: "apps", kind: "group", fullPath: "apps" }],
            permissions: [{ projectAccess: {}, groupAccess: { access_level: 50, notification_level: 3 } }],
        });
        expect(state.containerExpirationPolicies).to.deep.equal([
            {
                cadence: "1d",
                enabled: true,
                keepN: 10,
                nameRegexDelete: "",
                nameRegexKeep: "",
                nextRunAt: "",
                olderThan: "",
            },
        ]);
        expect(secrets).to.deep.equal(["runnersToken"]);
    });

    it("asks once for a project that several ask for", async () => {
        const before = fake.requests.length;
        await Promise.all([1, 2, 3].map(() => plugin.invoke("getProject", { id: "7" })));
        expect(fake.requests.length - before).to.equal(1);
    });

    it("finds a group by path, its id as number and text", async () => {
        const { state } = await plugin.invoke("getGroup", { fullPath: "apps" });
        expect(state).to.include({ id: "3", groupId: 3, fullPath: "apps", visibilityLevel: "internal", parentId: 0 });
    });

    it("tells whose token it is, even where GraphQL is refused", async () => {
        const { state } = await plugin.invoke("getCurrentUser");
        expect(state).to.include({
            id: "5",
            globalId: "gid://gitlab/User/5",
            username: "olga",
            bot: false,
            namespaceId: "",
        });
    });

    it("tells GitLab's version", async () => {
        const { state } = await plugin.invoke("getMetadata");
        expect(state).to.deep.include({ id: "1", version: "19.0.0-ee", enterprise: true });
        expect(state.kas).to.deep.equal({
            enabled: true,
            externalUrl: "wss://kas",
            externalK8sProxyUrl: "",
            version: "v19",
        });
    });

    it("wants exactly one way to find something, and says when there is nothing", async () => {
        expect((await rejection(plugin.invoke("getProject", {}))).message).to.contain(
            "exactly one of id and pathWithNamespace",
        );
        expect((await rejection(plugin.invoke("getGroup", { groupId: 1, fullPath: "a" }))).message).to.contain(
            "exactly one of groupId",
        );
        expect((await rejection(plugin.invoke("getProject", { id: "8" }))).message).to.equal(
            "GitLab refused GET /projects/8 (404): 404 Not Found. It does not exist, or the token may not see it.",
        );
    });
});

describe("getCurrentUser", () => {
    it("tells the namespace and groups that only GraphQL knows", async () => {
        const sandbox = await startSandbox({
            seed: { users: [{ username: "olga" }], tokens: [{ name: "api", user: "olga", scopes: ["read_api"] }] },
        });
        const plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
        const { state } = await plugin.invoke("getCurrentUser");
        await plugin.close();
        await sandbox.close();
        expect(state).to.include({ username: "olga", groupCount: 0 });
        expect(state.globalNamespaceId).to.match(/^gid:\/\/gitlab\/Namespaces::UserNamespace\/\d+$/);
        expect(String(state.globalNamespaceId).endsWith(`/${String(state.namespaceId)}`)).to.equal(true);
    });
});

describe("resolvePaths", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "secret" }],
                projects: [{ path: "apps/p{n}", count: 240 }, { path: "secret/x" }],
                tokens: [{ name: "api", user: "olga", scopes: ["read_api"] }],
            },
        });
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const paths = () =>
        sandbox.db.projects
            .all()
            .map(({ fullPath }) => fullPath)
            .filter((path) => path.startsWith("apps/"));

    it("finds hundreds of projects and groups in a few queries", async () => {
        const { state } = await plugin.invoke("resolvePaths", { projects: paths(), groups: ["apps"] });
        const expected = sandbox.db.projects
            .all()
            .filter(({ fullPath }) => fullPath.startsWith("apps/"))
            .map(({ fullPath, id }) => [fullPath, id]);
        expect(state).to.deep.equal({
            projects: Object.fromEntries(expected),
            groups: { apps: sandbox.db.groups.all()[0]!.id },
        });
        expect(sandbox.journal.count()).to.be.at.most(4);
    });

    it("shares queries between calls at the same moment, and answers between later ones", async () => {
        await Promise.all(
            paths()
                .slice(0, 50)
                .map((path) => plugin.invoke("resolvePaths", { projects: [path] })),
        );
        expect(sandbox.journal.count()).to.be.at.most(3);
        const before = sandbox.journal.count();
        await plugin.invoke("resolvePaths", { projects: paths().slice(0, 50) });
        expect(sandbox.journal.count()).to.equal(before);
    });

    it("leaves out what does not exist or may not be seen", async () => {
        const asked = { projects: ["apps/p1", "apps/nope", "secret/x"], groups: ["nobody"] };
        const { state } = await plugin.invoke("resolvePaths", asked);
        expect(state).to.deep.equal({
            projects: { "apps/p1": sandbox.db.projects.first("path", "apps/p1")!.id },
            groups: {},
        });
    });

    it("finds the paths of hundreds of ids in a few queries, and leaves out ids that do not exist", async () => {
        const projects = sandbox.db.projects.all().filter(({ fullPath }) => fullPath.startsWith("apps/"));
        const group = sandbox.db.groups.first("path", "apps")!.id;
        const { state } = await plugin.invoke("resolvePaths", {
            projectIds: [...projects.map(({ id }) => id), 99_999],
            groupIds: [group],
        });
        expect(state).to.deep.equal({
            projects: {},
            groups: {},
            projectPaths: Object.fromEntries(projects.map(({ id, fullPath }) => [id, fullPath])),
            groupPaths: { [group]: "apps" },
        });
        // Three times a hundred projects, once the groups, and REST's word on the id that nobody knows.
        expect(sandbox.journal.count()).to.be.at.most(5);
    });

    it("never takes a path of digits for an id", async () => {
        const { state } = await plugin.invoke("resolvePaths", { groups: ["1"] });
        expect(state.groups).to.deep.equal({});
    });

    it("works through REST where GraphQL is refused", async () => {
        sandbox.faults.plan({
            path: "/api/graphql",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const { state } = await plugin.invoke("resolvePaths", { projects: ["apps/p1"], groups: ["apps"] });
        expect(Object.keys(state.projects as object)).to.deep.equal(["apps/p1"]);
    });

    it("fails, instead of reporting paths as missing, when GitLab is not well", async () => {
        sandbox.faults.plan({
            times: 0,
            fault: { kind: "status", status: 401, body: { message: "401 Unauthorized" } },
        });
        expect((await rejection(plugin.invoke("resolvePaths", { projects: ["apps/p1"] }))).message).to.contain("(401)");
    });
});
