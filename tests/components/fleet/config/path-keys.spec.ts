import { expect } from "chai";
import { keysIn } from "../../../../components/fleet/config/path-keys";

const RUNNERS = "gitlab-fleet:runners";

describe("the keys of a path", () => {
    for (const [where, ...keys] of [
        [`${RUNNERS}.ci.tags[1]`, RUNNERS, "ci", "tags", 1],
        [`${RUNNERS}["a.b"].x`, RUNNERS, "a.b", "x"],
        ['gitlab-fleet:["a b"]', "gitlab-fleet:a b"],
        [`${RUNNERS}["say \\"]\\""]`, RUNNERS, 'say "]"'],
        ["config", "config"],
    ] as [string, ...(string | number)[]][]) {
        it(`are read back: ${where}`, () => expect(keysIn(where)).to.deep.equal(keys));
    }
});
