import { expect } from "chai";
import { client, sandboxFor } from "../client";

describe("GraphQL in the sandbox", () => {
    const sandbox = sandboxFor({
        users: [{ username: "owner" }],
        groups: [{ path: "apps", members: { owner: "owner" } }],
        projects: [{ path: "apps/etl" }],
        runners: [{ scope: { group: "apps" } }],
        tokens: [{ name: "owner", user: "owner", scopes: ["api"] }],
    });
    const ask = (query: string, variables?: Record<string, unknown>) =>
        client(sandbox(), "owner").graphql(query, variables);

    it("answers with nothing that GitLab's schema does not allow: it fails where it was asked for", async () => {
        const query = '{ group(fullPath: "apps") { runners { nodes { accessLevel } } } }';
        expect((await ask(query)).status).to.equal(200);
        sandbox().db.runners.update(1, { accessLevel: "whoever" as never });
        const { status, body } = await ask(query);
        expect(status).to.equal(500);
        expect(JSON.stringify(body)).to.not.contain("whoever");
    });

    it("takes ids in variables by the names that GitLab has for their types", async () => {
        const id = "gid://gitlab/Ci::Runner/1";
        const read = (type: string) => ask(`query($id: ${type}!) { runner(id: $id) { id } }`, { id });
        expect((await read("CiRunnerID")).body).to.deep.equal({ data: { runner: { id } } });
        const { status, body } = await read("ID");
        expect([status, body.data]).to.deep.equal([200, undefined]);
        expect(body.errors[0].message).to.contain("ID!");
    });

    for (const [what, query] of [
        ["a count of projects that may reach a project", "ciJobTokenScope { inboundAllowlist { count } }"],
        ["the version of a runner, which its managers have", "runners { nodes { version } }"],
    ] as const)
        it(`has not ${what}`, async () => {
            const { status } = await ask(`{ project(fullPath: "apps/etl") { ${query} } }`);
            expect(status).to.equal(501);
            expect(sandbox().journal.unrouted()).to.have.length(1);
        });
});
