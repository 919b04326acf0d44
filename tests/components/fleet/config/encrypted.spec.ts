import { expect } from "chai";
import { findEncrypted } from "../../../../components/fleet/config/secure";

const KEY = "gitlab-fleet:runners";
const values = {
    [KEY]: { ci: { tags: ["docker"], config: { executor: "docker", limit: 4, environment: ["A=1", "B=hush"] } } },
};
const file = {
    [KEY]: {
        ci: { tags: ["docker"], config: { executor: "docker", limit: 4, environment: ["A=1", { secure: "v1:abc" }] } },
    },
};

describe("what of a stack's configuration was encrypted", () => {
    it("is nothing where Pulumi names no key", () => {
        expect([...findEncrypted(values, [], () => undefined)]).to.deep.equal([]);
    });

    it("is the text that stands encrypted in the stack's file", () => {
        expect([...findEncrypted(values, [KEY], () => file)]).to.deep.equal(["B=hush"]);
    });

    it("is every text of the key where the file does not tell, and what is another text there", () => {
        const all = ["docker", "A=1", "B=hush"];
        expect([...findEncrypted(values, [KEY], () => undefined)].sort()).to.deep.equal([...all].sort());
        const other = { [KEY]: { ci: { ...file[KEY].ci, tags: ["linux"] } } };
        expect([...findEncrypted(values, [KEY], () => other)]).to.deep.equal(["docker", "B=hush"]);
    });
});
