import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { toArguments } from "../../construct/inputs";
import type { WireValue } from "../../core/construct";
import { OUTPUT, RESOURCE, SECRET, SIGNATURE, UNKNOWN_STRING } from "../../core/wire-values";

const special = (kind: string, members: Record<string, WireValue>): WireValue => ({ [SIGNATURE]: kind, ...members });
const read = (value: WireValue) => toArguments({ value }, (urn) => (urn === "urn:known" ? RUNNER : undefined)).value;
const RUNNER = { name: "docker-small" } as unknown as pulumi.ComponentResource;

/** What an output holds, and whether that is known and secret. */
async function open(value: unknown) {
    expect(pulumi.Output.isInstance(value)).to.equal(true);
    const output = value as pulumi.Output<unknown> & {
        promise(): Promise<unknown>;
        isKnown: Promise<boolean>;
        isSecret: Promise<boolean>;
    };
    const isKnown = await output.isKnown;
    return { value: isKnown ? await output.promise() : undefined, isKnown, isSecret: await output.isSecret };
}

describe("arguments from another language", () => {
    it("are plain where they are known, so that the same is checked as in TypeScript", () => {
        const given = { scope: { group: "apps" }, tags: ["docker"], paused: false, limit: 3 };
        expect(read(given)).to.deep.equal(given);
    });

    it("leave out what is nothing, and keep its name: a runner without arguments is a mistake, and not no runner", async () => {
        expect(read({ a: null, b: { c: null, d: 1 } })).to.deep.equal({ a: undefined, b: { c: undefined, d: 1 } });
        expect(await open(read(special(SECRET, { value: { a: null, b: [{ c: null }] } })))).to.deep.include({
            value: { b: [{}] },
        });
    });

    it("are one secret, where a secret stands in another, and nothing, where that holds nothing", async () => {
        const list = [special(SECRET, { value: "A=1" }), { a: special(SECRET, { value: null }) }];
        expect(await open(read(special(SECRET, { value: list })))).to.deep.equal({
            value: ["A=1", {}],
            isKnown: true,
            isSecret: true,
        });
        const given = special(SECRET, { value: { a: special(OUTPUT, { value: null }) } });
        const { value } = await open(read(given));
        expect(await open((value as { a: unknown }).a)).to.deep.equal({ value: null, isKnown: true, isSecret: false });
    });

    it("are outputs where they are secret or not known yet, and only there", async () => {
        const all = read({
            config: { environment: [special(SECRET, { value: "A=1" }), "B=2"], builds_dir: UNKNOWN_STRING },
        }) as { config: { environment: unknown[]; builds_dir: unknown } };
        expect(await open(all.config.environment[0])).to.deep.equal({ value: "A=1", isKnown: true, isSecret: true });
        expect(all.config.environment[1]).to.equal("B=2");
        expect(await open(all.config.builds_dir)).to.include({ isKnown: false });
    });

    it("are plain inside of a list that the host made one output of, because a resource stands in it", () => {
        const worker = { runner: special(RESOURCE, { urn: "urn:known" }), config: { executor: "shell" } };
        const list = special(OUTPUT, { value: [worker], dependencies: ["urn:known"] });
        expect(read(list)).to.deep.equal([{ runner: RUNNER, config: { executor: "shell" } }]);
    });

    it("keep a text of another resource an output: digits in it are an id and no path", async () => {
        const given = special(OUTPUT, { value: "42", dependencies: ["urn:pulumi:s::p::t::n"] });
        expect(await open((read({ group: given }) as { group: unknown }).group)).to.include({ value: "42" });
        expect(read(special(OUTPUT, { value: "apps" }))).to.equal("apps");
    });

    it("hold the component itself where a resource of the program stands", () => {
        expect(read(special(RESOURCE, { urn: "urn:known", id: "" }))).to.equal(RUNNER);
    });

    it("say of a component that another provider has declared what to do", () => {
        const urn = "urn:pulumi:prod::fleet::team:index:Group$gitlab-fleet:index:Runner::docker-small";
        expect(() => read({ runner: special(RESOURCE, { urn, id: "" }) })).to.throw(
            'Runner "docker-small" was declared with another provider, which alone knows it. Give both the same providers.',
        );
    });

    it("are outputs, to be told of by name, where a component stands in a secret", async () => {
        const urn = "urn:pulumi:prod::fleet::gitlab-fleet:index:Runner::docker-small";
        const list = special(SECRET, { value: [special(RESOURCE, { urn, id: "" })] });
        expect(await open(read(list))).to.deep.equal({ value: [urn], isKnown: true, isSecret: true });
    });

    it("hold no file", () => {
        expect(() => read(special("c44067f5952c0a294b673a41bacd8c17", { path: "/etc/passwd" }))).to.throw(
            "A file or archive was given",
        );
    });
});
