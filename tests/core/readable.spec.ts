import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readable } from "../../core/readable";
import { ENCRYPTED, UNREADABLE } from "../../core/values";

describe("what can be read of a value", () => {
    it("is all of it, and the value itself, whatever is known later and however often a part of it stands there", () => {
        const shared = { tags: ["a"], later: pulumi.output([1]), soon: Promise.resolve(1), secret: ENCRYPTED };
        const value = { a: shared, b: [shared, shared], c: null, d: undefined, e: () => "x" };
        expect(readable(value, "at")).to.deep.equal({ value, problems: [] });
        expect(readable(value, "at").value).to.equal(value);
    });

    it("is the rest, where something holds itself or fails when it is read", () => {
        const loop: Record<string, unknown> = { name: "x" };
        loop.inner = [loop];
        const failing = {
            get token() {
                throw new Error("no such file");
            },
        };
        const { value, problems } = readable({ loop, failing, tags: ["a"] }, "at");
        expect(value).to.deep.equal({
            loop: { name: "x", inner: [UNREADABLE] },
            failing: UNREADABLE,
            tags: ["a"],
        });
        expect(problems.map(({ path, message }) => `${path} ${message}`)).to.deep.equal([
            "at.loop.inner[0] holds itself. Write out what is meant.",
            "at.failing cannot be read (no such file). Write plain values.",
        ]);
    });

    it("ends after a hundred levels, and not at the end of the stack", () => {
        const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inside) => [inside], "x");
        expect(readable(nested(100), "at").problems).to.deep.equal([]);
        for (const levels of [101, 50_000]) {
            const { problems } = readable(nested(levels), "at");
            expect(problems).to.have.lengthOf(1);
            expect(problems[0]!.message).to.equal("has more than 100 levels. Write it with fewer.");
        }
    });

    it("stops at a resource and at an output: what hangs on them is no part of the value", () => {
        for (const mark of ["__pulumiResource", "__pulumiOutput"]) {
            const owner: Record<string, unknown> = { [mark]: true };
            owner.inner = owner;
            expect(readable([owner], "at").problems, mark).to.deep.equal([]);
        }
    });
});
