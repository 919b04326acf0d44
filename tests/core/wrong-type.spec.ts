import { expect } from "chai";
import { type Kind, remedyFor } from "../../core/wrong-type";

const KINDS: Kind[] = ["a text", "true or false", "a number", "a whole number", "a list", "a map"];

describe("what to do about a value of another kind", () => {
    it("is told of any value, of one that cannot be made a text, too", () => {
        const odd = [{ toString: 1 }, [{ toString: 1 }], Object.create(null), null, Symbol("x"), Number.NaN];
        for (const kind of KINDS) for (const value of odd) expect(() => remedyFor(kind, value)).not.to.throw();
    });

    it("writes the list of one for a word, of a pattern, too", () => {
        expect(remedyFor("a list", "docker")).to.equal('Write ["docker"].');
        expect(remedyFor("a list", "my-*")).to.equal('Write ["my-*"].');
    });

    it("gives seconds for a time alone where they are counted, and not where jobs or files are", () => {
        expect(remedyFor("a number", "10 minutes", "runners.ci.maximumTimeout")).to.equal("Write the seconds: 600.");
        expect(remedyFor("a whole number", "10m", "config.concurrent")).to.equal("Write digits alone.");
        expect(remedyFor("a whole number", "5m", "docker.log.maxFiles")).to.equal("Write digits alone.");
    });
});
