import { expect } from "chai";
import { parseForm } from "../../../sandbox/http/body";
import { p, type Rule, readParams, type Specs } from "../../../sandbox/http/params";

const read = (specs: Specs, raw: Record<string, unknown>, rules: Rule[] = []): unknown => {
    try {
        return readParams(specs, rules, raw);
    } catch (error) {
        return (error as { body: { error: string } }).body.error;
    }
};

describe("parameters", () => {
    it("take booleans in all spellings that GitLab takes, and no other number", () => {
        for (const yes of [true, 1, ..."1 on On ON t true True TRUE T y yes Yes YES Y".split(" ")])
            expect(read({ a: p.boolean() }, { a: yes })).to.deep.equal({ a: true });
        for (const no of [false, 0, ..."0 off Off OFF f false False FALSE F n no No NO N".split(" ")])
            expect(read({ a: p.boolean() }, { a: no })).to.deep.equal({ a: false });
        for (const bad of [2, "maybe", "tRUE", [], {}])
            expect(read({ a: p.boolean() }, { a: bad })).to.equal("a is invalid");
    });

    it("take lists as lists or with commas", () => {
        for (const list of ["a,b", "a, b", ["a", "b"], ["a,b"]]) {
            expect(read({ a: p.csv() }, { a: list })).to.deep.equal({ a: ["a", "b"] });
        }
        expect(read({ a: p.csv() }, { a: "" })).to.deep.equal({ a: [""] });
    });

    it("tell every problem at once, joined by commas", () => {
        const specs = { a: p.integer().required(), b: p.string().values(["x"]), c: p.boolean().required().filled() };
        expect(read(specs, { b: "y", c: "" })).to.equal("a is missing, b does not have a valid value, c is empty");
    });

    it("say twice that a required choice is missing, as GitLab does", () => {
        expect(read({ a: p.string().required().values(["x"]) }, {})).to.equal(
            "a is missing, a does not have a valid value",
        );
    });

    it("say twice that what must be filled is missing, once that it is empty", () => {
        const specs = { a: p.boolean().required().filled() };
        expect(read(specs, {})).to.equal("a is missing, a is empty");
        expect(read(specs, { a: null })).to.equal("a is empty");
    });

    it("know rules over several of them", () => {
        const specs = { a: p.string(), b: p.string() };
        expect(read(specs, { a: "1", b: "2" }, [{ exclusive: ["a", "b"] }])).to.equal("a, b are mutually exclusive");
        expect(read(specs, {}, [{ atLeastOneOf: ["a", "b"] }])).to.equal(
            "a, b are missing, at least one parameter must be provided",
        );
    });

    it("come in nested from forms", () => {
        expect(parseForm("a=1&l[]=x&l[]=y&h[k]=v&h[i][j]=w")).to.deep.equal({
            a: "1",
            l: ["x", "y"],
            h: { k: "v", i: { j: "w" } },
        });
    });
});
