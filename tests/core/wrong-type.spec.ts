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

    it("writes no list of what is long, many, empty or a secret", () => {
        expect(remedyFor("a list", " docker, small  a/b ")).to.equal('Write ["docker", "small", "a/b"].');
        expect(remedyFor("a list", "a b c d e f")).to.match(/^Write \["a", .*"f"\]\.$/);
        const token = "glpat-abcdefghijklmnopqrst";
        for (const value of [
            token,
            `docker ${token}`,
            "x".repeat(41),
            `a ${"x".repeat(41)}`,
            "a b c d e f g",
            "a <b>",
            "",
            ", ",
        ])
            expect(remedyFor("a list", value), value).to.equal(undefined);
    });

    it("takes the quotes off what is a number or a truth without them, and puts them around what is none", () => {
        for (const text of ["5", "-5", "1.25", "10.5", " 7 "])
            expect(remedyFor("a number", text), text).to.equal("Write it without quotes.");
        for (const text of ["five", "5x", "x5", "1.", "1.x", "--5"])
            expect(remedyFor("a number", text), text).to.equal("Write digits alone.");
        for (const text of ["true", "false"])
            expect(remedyFor("true or false", text)).to.equal("Write it without quotes.");
        for (const value of ["Yes", "on", 1, "TRUE"])
            expect(remedyFor("true or false", value), String(value)).to.equal("Write true.");
        for (const value of ["no", "Off", 0]) expect(remedyFor("true or false", value)).to.equal("Write false.");
        expect(remedyFor("true or false", "maybe")).to.equal("Write one of them.");
        for (const value of [5, true]) expect(remedyFor("a text", value)).to.equal("Put it in quotes.");
        for (const kind of ["a text", "true or false", "a number"] as const)
            expect(remedyFor(kind, ["a"]), kind).to.equal(undefined);
    });

    it("gives seconds for a time alone where they are counted, and not where jobs or files are", () => {
        expect(remedyFor("a number", "10 minutes", "runners.ci.maximumTimeout")).to.equal("Write the seconds: 600.");
        expect(remedyFor("a number", "1s", "x.maximumTimeout")).to.equal("Write the seconds: 1.");
        for (const [text, path] of [
            ["999ms", "x.maximumTimeout"],
            ["soon", "x.maximumTimeout"],
            ["10m", "x.maximumTimeoutOfAll"],
        ] as const)
            expect(remedyFor("a number", text, path), text).to.equal("Write digits alone.");
        expect(remedyFor("a whole number", "10m", "config.concurrent")).to.equal("Write digits alone.");
        expect(remedyFor("a whole number", "5m", "docker.log.maxFiles")).to.equal("Write digits alone.");
    });
});
