import { expect } from "chai";
import { buildClientSchema, findBreakingChanges, getIntrospectionQuery } from "graphql";
import { schema } from "../../../sandbox/graphql/engine";
import { lab } from "../lab";

describe("beliefs: GraphQL", () => {
    it("has all that the sandbox shows of it, with the same types: what asks the one can ask the other", async () => {
        const { body } = await lab().graphql(getIntrospectionQuery({ descriptions: false }));
        const differences = findBreakingChanges(schema, buildClientSchema(body.data));
        expect(differences.map(({ description }) => description)).to.deep.equal([]);
    });
});
