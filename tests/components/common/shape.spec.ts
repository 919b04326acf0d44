import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { described } from "../../../components/common/described";
import {
    callback,
    choice,
    declaredRunner,
    duration,
    flag,
    naming,
    seconds,
    text,
    textThat,
    whole,
} from "../../../components/common/kinds";
import { mapOf, shaped } from "../../../components/common/maps";
import { also, type Kind, listOf, must, needed, plain, settled } from "../../../components/common/shape";
import { error } from "../../../core/problems";
import { ENCRYPTED, UNKNOWN, UNREADABLE } from "../../../core/values";

const textsOf = (kind: Kind, value: unknown) =>
    kind(value, "at").problems.map(({ path, message }) => `${path} ${message}`);

describe("the kind of an argument", () => {
    it("keeps a value of its type for the rules, which may have more to say, and no other", () => {
        for (const [kind, near, far] of [
            [choice(["a", "b"]), "c", 5],
            [duration("2h"), "soon", null],
            [whole(1), 0.5, "1"],
            [textThat("a name"), " ", []],
            [flag, undefined, "yes"],
            [listOf(text), ["a"], "a"],
            [mapOf(text), { a: "b" }, null],
        ] as [Kind, unknown, unknown][]) {
            expect(kind(near, "at").value).to.deep.equal(near);
            expect(kind(far, "at")).to.deep.include({ value: UNREADABLE });
            expect(textsOf(kind, far)).to.have.lengthOf(1);
        }
    });

    it("lets what is known later pass, wherever it stands", () => {
        const later = Promise.resolve("a");
        for (const kind of [text, flag, whole(1), choice(["a"]), seconds("a duration"), listOf(text), mapOf(text)])
            expect(kind(later, "at")).to.deep.equal({ value: later, problems: [] });
        expect(textsOf(listOf(text), [later, 5])).to.deep.equal(["at[1] must be a text (got 5). Put it in quotes."]);
    });

    it("advises quotes where they would help, and never because of a value that stays wrong in them", () => {
        const digits = textThat("digits", (value) => /^\d+$/.test(value));
        expect(textsOf(digits, 5)).to.deep.equal(["at must be digits (got 5). Put it in quotes."]);
        expect(textsOf(digits, true)).to.deep.equal(["at must be digits (got true). Correct it."]);
    });

    it("has one of what belongs in a list put there, and names the hole in a list", () => {
        const kind = listOf(mapOf(text), "a list of { a }");
        expect(textsOf(kind, { a: "x" })).to.deep.equal([
            'at must be a list of { a } (got a map of "a"). Put it in a list.',
        ]);
        const holed: unknown[] = [{}];
        holed[2] = {};
        expect(textsOf(kind, holed)).to.deep.equal(["at[1] is missing. Add a value."]);
    });

    it("says more of a value only once it can be read", () => {
        const kind = also(listOf(text), (value, path) => {
            return (value as unknown[]).length > 1 ? [error(path, "is too long.")] : [];
        });
        expect(textsOf(kind, ["a", "b"])).to.deep.equal(["at is too long."]);
        expect(textsOf(kind, [1, 2])).to.have.lengthOf(2);
    });

    it("of a closed map has its keys alone, and shows nothing of a secret one that is none", () => {
        const kind = shaped(
            undefined,
            { user: text, key: needed("the key", text) },
            { example: "{ user, key }", isSecret: true },
        );
        expect(textsOf(kind, { usr: "a" })).to.deep.equal([
            'at.usr is not a known key. Did you mean "user"?',
            "at.key is missing. Add the key.",
        ]);
        expect(textsOf(kind, "a:hunter2")).to.deep.equal([
            "at must be a map (got a secret of 9 characters). Write { user, key }.",
        ]);
    });

    it("is a JSON Schema, with doc comments and without what no configuration can hold", () => {
        const calls = must<() => void>("a function", undefined, (value) => typeof value === "function");
        const { schema } = shaped<{ group: string; role: () => void }>("grant", {
            group: needed("a", text),
            role: calls,
        });
        const { properties, ...rest } = described(schema!);
        expect(rest).to.deep.include({ type: "object", required: ["group"], additionalProperties: false });
        expect(Object.keys(properties!)).to.deep.equal(["group"]);
        expect(properties!.group).to.include({ type: "string" }).and.to.have.property("description");
    });

    it("leaves nothing readable of what no rule could do anything with", () => {
        const even = settled({ type: "integer" }, (value) => (Number(value) % 2 === 0 ? [] : [error("at", "is odd")]));
        expect(even(2, "at")).to.deep.equal({ value: 2, problems: [] });
        expect(even(3, "at").value).to.equal(UNREADABLE);
        for (const later of [undefined, ENCRYPTED, UNKNOWN])
            expect(even(later, "at")).to.deep.equal({ value: later, problems: [] });
    });

    it("says what to write in place of another kind: quotes, a list, the entries of one", () => {
        const told = (kind: Kind, value: unknown) =>
            kind(value, "at").problems.map(({ message }) => message.replace(/^.*\)\. /, ""));
        for (const value of [5, true]) expect(told(text, value)).to.deep.equal(["Put it in quotes."]);
        expect(told(text, ["a"])).to.deep.equal(["Correct it."]);
        expect(told(listOf(text), "a")).to.deep.equal(['Write ["a"].']);
        expect(told(listOf(flag), "a")).to.deep.equal(["Write [a, b]."]);
        expect(told(listOf(flag, "a list of flags"), { a: true })).to.deep.equal(["Put it in a list."]);
        expect(told(listOf(flag, "a list of flags"), 5)).to.deep.equal(["Correct it."]);
    });

    it("lets outputs stand inside a list or a map that decides what is declared, and in their place nothing", () => {
        const later = pulumi.output("x");
        const problems = (kind: Kind, value: unknown) =>
            kind(value, "at").problems.map(({ message }) => message.split(" (")[1]);
        expect(problems(plain(listOf(text)), [later])).to.deep.equal([]);
        expect(problems(plain(listOf(text)), later)).to.deep.equal(["got an output). Put outputs inside it."]);
        expect(problems(plain(text), later)).to.deep.equal(["got an output). Write a plain value."]);
        expect(problems(plain(listOf(text), true), [later])).to.deep.equal(["got an output). Write a plain value."]);
    });

    it("has the limits that it says, themselves included", () => {
        const fits = (kind: Kind, values: unknown[]) =>
            values.filter((value) => kind(value, "at").problems.length === 0);
        expect(fits(whole(1, 5), [0, 1, 5, 6, 1.5, "1", Number.NaN])).to.deep.equal([1, 5]);
        expect(fits(whole(1), [0, 1, 1e9])).to.deep.equal([1, 1e9]);
        expect(fits(seconds("some", 60), ["1s", "1m", "61s", "999ms", 5])).to.deep.equal(["1s", "1m"]);
        expect(fits(textThat("some"), ["a", "", " ", 5])).to.deep.equal(["a"]);
        expect(fits(callback, [String, "a"])).to.deep.equal([String]);
        const names = naming("Name it.", (name) => (name === "x" ? "is taken" : undefined));
        expect(fits(names, ["a", "x", " ", 5, "a\u200bb"])).to.deep.equal(["a"]);
    });

    it("is of a declared runner a Runner, and no other resource, nor what only looks like one", () => {
        const runner = { __pulumiResource: true, servedBy: 1, scope: 1 };
        expect(declaredRunner(runner, "at").problems).to.deep.equal([]);
        for (const other of [
            { __pulumiResource: true, scope: 1 },
            { __pulumiResource: true, servedBy: 1 },
            { servedBy: 1, scope: 1 },
            pulumi.output(runner),
            "ci",
        ])
            expect(declaredRunner(other, "at").problems[0]?.message).to.contain("Hand over the component itself");
    });
});
