import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "yaml";
import type { AllowlistNow, Producer } from "../../../cli/access/access";
import { toStackConfig } from "../../../cli/access/grants";

const producer = (list: Partial<AllowlistNow>): Producer => ({
    id: 1,
    path: "tools/scanner",
    visibility: "private",
    registry: "enabled",
    list: { enabled: true, projects: [], groups: [], policies: {}, ...list },
});
const needs = [
    {
        consumer: "apps/etl",
        producer: "tools/scanner",
        references: [{ kind: "image" as const, where: "job build", text: "x", candidates: [], unknown: [] }],
    },
];
const configFor = (list: Partial<AllowlistNow>) =>
    toStackConfig({ needs, unresolved: [], producers: [producer(list)], scanned: ["apps/etl"] });

describe("toStackConfig", () => {
    it("says that a list is off now, so that nobody is cut off unawares, and names whose jobs the log knows", () => {
        const text = configFor({ enabled: false, lastUsed: { "Apps/ETL": 1, "shop/web": 2 } });
        expect(text).to.include("# its list is off, so every project's jobs get in now; with this, only these will\n");
        expect(text).to.include("# got in before and was not scanned: shop/web\n");
        expect(parse(text)).to.deep.equal({
            config: { "gitlab-fleet:registries": { "tools/scanner": { consumers: { projects: ["apps/etl"] } } } },
        });
    });

    it("says nothing of the kind about a list that is on", () => {
        expect(configFor({ lastUsed: { "shop/web": 2 } }))
            .to.not.include("got in before")
            .and.not.include("is off");
    });

    it("reads the same whatever jobs, files and projects are called, in YAML 1.1 as in 1.2", () => {
        const nasty = fc.oneof(
            fc.constantFrom(
                "build\n  - attacker/evil #",
                "build\r  - attacker/evil",
                "a\u2028    tools/other: { consumers: { groups: [attacker] } }",
                "a\u0085      mode: exclusive\u2029exclusive: { foreign: delete }",
                "\u001b[2K\u202e*/ --- ...\0",
            ),
            fc.string({ unit: "binary" }),
        );
        const config = (where: string, text: string, outsider: string) =>
            toStackConfig({
                needs: [
                    { ...needs[0]!, references: [{ ...needs[0]!.references[0]!, where, text }] },
                    { ...needs[0]!, producer: "tools/open", references: [{ ...needs[0]!.references[0]!, where }] },
                ],
                unresolved: [
                    { consumer: outsider, reference: { ...needs[0]!.references[0]!, where, text }, reason: text },
                ],
                producers: [
                    producer({ projects: [outsider], enabled: false, lastUsed: { [outsider]: 1 } }),
                    { ...producer({}), path: "tools/open", visibility: "public" },
                ],
                scanned: ["apps/etl"],
            });
        for (const version of ["1.1", "1.2"] as const) {
            const clean = parse(config("a", "b", "x/y"), { version });
            fc.assert(
                fc.property(nasty, nasty, nasty, (where, text, outsider) => {
                    const printed = config(where, text, outsider);
                    expect(parse(printed, { version })).to.deep.equal(clean);
                    expect(printed).to.match(/^(?:[^\p{Cc}\u2028\u2029]|\n)*$/u);
                }),
            );
        }
    });
});
