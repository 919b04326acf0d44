import { expect } from "chai";
import { identitiesInState, ownersInState, parseState, runnersInState } from "../../cli/states";

const URN = "urn:pulumi:prod::fleet";
const RESOURCES = [
    { urn: `${URN}::pulumi:pulumi:Stack::fleet-prod`, type: "pulumi:pulumi:Stack" },
    { urn: `${URN}::gitlab-fleet:index:StackIdentity::identity`, type: "gitlab-fleet:index:StackIdentity", id: "k7w2" },
    { urn: `${URN}::gitlab:index/userRunner:UserRunner::a`, type: "gitlab:index/userRunner:UserRunner", id: "12" },
    // Planned by an up that was killed.
    { urn: `${URN}::gitlab:index/userRunner:UserRunner::b`, type: "gitlab:index/userRunner:UserRunner", id: "" },
    { urn: `${URN}::gitlab-fleet:index:RunnerToken::a`, type: "gitlab-fleet:index:RunnerToken", id: "12" },
];

describe("an exported state", () => {
    it("tells its owner, its identity and its runners, as export and as checkpoint", () => {
        for (const text of [
            JSON.stringify({ version: 3, deployment: { resources: RESOURCES } }),
            JSON.stringify({ version: 3, checkpoint: { stack: "prod", latest: { resources: RESOURCES } } }),
        ]) {
            const state = parseState(text, "x.json");
            expect(ownersInState(state)).to.deep.equal(["fleet/prod"]);
            expect(identitiesInState(state)).to.deep.equal(["k7w2"]);
            expect(runnersInState(state)).to.deep.equal([12]);
        }
    });

    it("is of nobody when it is empty", () => {
        const state = parseState('{"deployment":{"manifest":{}}}', "x.json");
        expect(ownersInState(state)).to.deep.equal([]);
        expect(identitiesInState(state)).to.deep.equal([]);
    });
});
