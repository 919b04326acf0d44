import { expect } from "chai";
import { addManager, addRunner, HOUR } from "../../../sandbox";
import { client, sandboxFor } from "../client";

describe("runners over GraphQL", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const run = async (query: string, token = "owner", variables = {}) =>
        (await as(token).graphql(query, variables)).body;

    const runners = (): void => {
        const { db } = sandbox();
        addRunner(db, { runnerType: "instance_type", description: "shared" }); // 1
        addRunner(db, { runnerType: "group_type", groupId: 1, description: "apps one", tagList: ["a"] }); // 2
        addRunner(db, { runnerType: "group_type", groupId: 2, description: "sub" }); // 3
        addRunner(db, { runnerType: "project_type", description: "own" }, [1]); // 4
    };
    const ids = (connection: { nodes: { id: string }[] }): number[] =>
        connection.nodes.map(({ id }) => Number(id.split("/").at(-1)));

    it("shows a group's runners by membership, newest first", async () => {
        runners();
        const query = `{ group(fullPath: "apps") {
            direct: runners(membership: DIRECT) { nodes { id } }
            below: runners { nodes { id } }
            all: runners(membership: ALL_AVAILABLE) { nodes { id } }
        } }`;
        const { group } = (await run(query)).data;
        expect([ids(group.direct), ids(group.below), ids(group.all)]).to.deep.equal([[2], [4, 3, 2], [4, 3, 2, 1]]);
    });

    it("answers many scopes in one request, by alias", async () => {
        runners();
        const { data } = await run(`{
            a: project(fullPath: "apps/etl") { id fullPath runners { nodes { id } } }
            b: project(fullPath: "elsewhere/secret") { id }
            c: group(fullPath: "apps/sub") { id fullPath }
            d: projects(fullPaths: ["apps/web", "apps/etl", "elsewhere/secret"]) { nodes { id fullPath } }
        }`);
        expect(ids(data.a.runners)).to.deep.equal([4, 2, 1]);
        expect(data.b).to.equal(null);
        expect(data.c).to.deep.equal({ id: "gid://gitlab/Group/2", fullPath: "apps/sub" });
        expect(data.d.nodes).to.deep.equal([
            { id: "gid://gitlab/Project/2", fullPath: "apps/web" },
            { id: "gid://gitlab/Project/1", fullPath: "apps/etl" },
        ]);
    });

    it("has all settings of a runner in one answer", async () => {
        const { db } = sandbox();
        const runner = addRunner(db, {
            runnerType: "group_type",
            groupId: 1,
            maintenanceNote: "n",
            maximumTimeout: 700,
        });
        addManager(db, { runnerId: runner.id, systemId: "s_1", platform: "linux" });
        const { data } = await run(`{ runner(id: "gid://gitlab/Ci::Runner/${runner.id}") {
            runnerType accessLevel maximumTimeout maintenanceNote tagList shortSha creationMethod
            managers { count nodes { systemId platformName } } groups { nodes { fullPath } }
        } }`);
        expect(data.runner).to.deep.equal({
            runnerType: "GROUP_TYPE",
            accessLevel: "NOT_PROTECTED",
            maximumTimeout: 700,
            maintenanceNote: "n",
            tagList: [],
            shortSha: runner.token.slice("glrt-".length, "glrt-".length + 8),
            creationMethod: "AUTHENTICATED_USER",
            managers: { count: 1, nodes: [{ systemId: "s_1", platformName: "linux" }] },
            groups: { nodes: [{ fullPath: "apps" }] },
        });
    });

    it("searches by part of a description, or by a whole token", async () => {
        runners();
        const { token } = sandbox().db.runners.must(3);
        const query = `query($search: String) { runners(search: $search) { nodes { id } } }`;
        expect(ids((await run(query, "root", { search: "APPS" })).data.runners)).to.deep.equal([2]);
        expect(ids((await run(query, "root", { search: token })).data.runners)).to.deep.equal([3]);
        expect(ids((await run(query, "root", { search: token.slice(0, -1) })).data.runners)).to.deep.equal([]);
    });

    it("filters, sorts and pages by cursor", async () => {
        runners();
        const list = (args: string) =>
            run(`{ runners(${args}) { count nodes { id } pageInfo { hasNextPage endCursor } } }`, "root");
        expect(ids((await list('type: GROUP_TYPE, tagList: ["a"]')).data.runners)).to.deep.equal([2]);
        const first = (await list("sort: CREATED_ASC, first: 3")).data.runners;
        expect([ids(first), first.count, first.pageInfo.hasNextPage]).to.deep.equal([[1, 2, 3], 4, true]);
        const rest = (await list(`sort: CREATED_ASC, first: 3, after: "${first.pageInfo.endCursor}"`)).data.runners;
        expect([ids(rest), rest.pageInfo.hasNextPage]).to.deep.equal([[4], false]);
    });

    it("hides what the caller may not read", async () => {
        runners();
        expect((await run(`{ runner(id: "gid://gitlab/Ci::Runner/2") { id } }`, "developer")).data.runner).to.equal(
            null,
        );
        const refused = await run("{ runners { nodes { id } } }");
        expect(refused.data).to.deep.equal({ runners: null });
        expect(refused.errors[0].message).to.match(/^The resource that you are attempting to access does not exist/);
        const group = await run(`{ group(fullPath: "apps") { runners { nodes { id } } } }`, "developer");
        expect(group.errors).to.have.length(1);
    });

    it("shows a fresh token to its creator for an hour, until a manager asks for jobs", async () => {
        const create = async () =>
            (await as("owner").post("/user/runners", { runner_type: "group_type", group_id: 1 })).body;
        const seen = async (id: number, token = "owner") =>
            (await run(`{ runner(id: "gid://gitlab/Ci::Runner/${id}") { ephemeralAuthenticationToken } }`, token)).data
                .runner.ephemeralAuthenticationToken;
        const first = await create();
        expect(await seen(first.id)).to.equal(first.token);
        expect(await seen(first.id, "root")).to.equal(null);
        await as().post("/runners/verify", { token: first.token, system_id: "s" });
        expect(await seen(first.id)).to.equal(first.token);
        await as().post("/jobs/request", { token: first.token, system_id: "s" });
        expect(await seen(first.id)).to.equal(null);
        const second = await create();
        sandbox().clock.advance(HOUR);
        expect(await seen(second.id)).to.equal(null);
    });

    it("refuses mutations to tokens that may only read", async () => {
        const { data, errors } = await run(
            `mutation { ciJobTokenScopeRemoveGroup(input: { projectPath: "apps/etl", targetGroupPath: "apps" }) { errors } }`,
            "reader",
        );
        expect([data, errors.length]).to.deep.equal([null, 1]);
    });
});

describe("the GraphQL endpoint", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const aliases = (count: number): string =>
        `{ ${Array.from({ length: count }, (_, n) => `a${n}: project(fullPath: "apps/etl") { id fullPath }`).join(" ")} }`;

    it("counts complexity as GitLab does, and refuses above 250 for users and 300 for administrators", async () => {
        expect((await as("owner").graphql(aliases(83))).body.errors).to.equal(undefined);
        const { status, body } = await as("owner").graphql(aliases(84));
        expect([status, body.errors[0].message]).to.deep.equal([
            200,
            "Query has complexity of 252, which exceeds max complexity of 250",
        ]);
        expect((await as("root").graphql(aliases(84))).body.errors).to.equal(undefined);
        expect((await as("root").graphql(aliases(101))).body.errors[0].message).to.contain(
            "303, which exceeds max complexity of 300",
        );
        expect((await as().graphql(aliases(67))).body.errors[0].message).to.contain(
            "201, which exceeds max complexity of 200",
        );
    });

    it("makes connections cost their page size", async () => {
        const list = (args: string): string =>
            `{ ${Array.from({ length: 13 }, (_, n) => `a${n}: projects${args} { nodes { id fullPath name path webUrl visibility archived } }`).join(" ")} }`;
        // 9 a list with `first: 1`, 18 with a full page.
        expect((await as("owner").graphql(list("(first: 1)"))).body.errors).to.equal(undefined);
        expect((await as("owner").graphql(list(""))).body.errors).to.equal(undefined);
        expect(
            (
                await as("owner").graphql(
                    list("").replace(
                        "{ a0",
                        "{ extra: projects { nodes { id name path fullPath webUrl visibility archived } } a0",
                    ),
                )
            ).body.errors[0].message,
        ).to.contain("complexity of 252");
    });

    it("refuses queries that are too deep", async () => {
        const deep = (levels: number): string =>
            `{ group(fullPath: "apps/sub") { ${"parent { ".repeat(levels)} id ${"} ".repeat(levels)} } }`;
        expect((await as("owner").graphql(deep(18))).body.errors).to.equal(undefined);
        expect((await as("owner").graphql(deep(19))).body.errors[0].message).to.equal(
            "Query has depth of 21, which exceeds max depth of 20",
        );
    });

    it("answers 401 to unknown tokens and to scopes that are not for it", async () => {
        for (const token of ["glpat-nonsense", "creator"]) {
            const { status, body } = await as(token).graphql("{ currentUser { id } }");
            expect([status, body]).to.deep.equal([401, { errors: [{ message: "Invalid token" }] }]);
        }
        expect((await as().graphql("{ currentUser { id } }")).body).to.deep.equal({ data: { currentUser: null } });
    });

    it("answers 501 to fields that nobody wrote, and remembers it", async () => {
        const { status } = await as("owner").graphql("{ currentUser { todos { nodes { id } } } }");
        expect(status).to.equal(501);
        expect(sandbox().journal.unrouted()).to.have.length(1);
        expect((await as("owner").graphql("{ currentUser {")).status).to.equal(200);
    });

    it("knows who asks, and answers introspection", async () => {
        const query =
            "{ currentUser { id username bot groupCount namespace { id } publicEmail } metadata { version } }";
        expect((await as("owner").graphql(query)).body.data.currentUser).to.include({
            id: "gid://gitlab/User/2",
            username: "owner",
            groupCount: 1,
        });
        const schema = await as("owner").graphql("{ __schema { queryType { fields { name } } } }");
        expect(schema.body.data.__schema.queryType.fields.map((field: { name: string }) => field.name)).to.include(
            "runners",
        );
    });
});
