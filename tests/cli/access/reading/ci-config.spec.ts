import { expect } from "chai";
import { readCiConfig } from "../../../../cli/access/reading/ci-config";

describe("readCiConfig", () => {
    it("reads keys as Ruby writes its symbols, as older GitLabs merge configurations", () => {
        const [job, ...others] = readCiConfig("---\n:test:\n  :image:\n    :name: a/b:1\n  :script:\n  - make\n");
        expect(others).to.deep.equal([]);
        expect(job).to.deep.include({ name: "test", names: [{ kind: "image", text: "a/b:1" }] });
        expect(job!.scripts[0]).to.deep.equal(["make"]);
    });
});
