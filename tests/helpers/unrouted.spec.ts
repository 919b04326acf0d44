import { expect } from "chai";
import { client, sandboxFor } from "../sandbox/client";
import { mochaHooks } from "./unrouted";

describe("a test that asks the sandbox for what nobody wrote", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);

    it("fails, whoever asks, over REST as over GraphQL", async () => {
        await as("owner").get("/projects/1/wikis");
        await as().delete("/nowhere");
        await as("owner").graphql("query { currentUser { todos { nodes { id } } } }");
        expect(mochaHooks.afterEach).to.throw(
            "the sandbox has nothing for GET /api/v4/projects/1/wikis, DELETE /api/v4/nowhere, POST /api/graphql query currentUser",
        );
        expect(mochaHooks.afterEach, "the next one").not.to.throw();
    });

    it("passes where it looks at what it has asked for", async () => {
        await as().get("/nowhere");
        expect(
            sandbox()
                .journal.unrouted()
                .map(({ path }) => path),
        ).to.deep.equal(["/api/v4/nowhere"]);
        expect(mochaHooks.afterEach).not.to.throw();
    });
});
