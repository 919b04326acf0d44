import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "yaml";
import type { AllowlistNow, Producer } from "../../../cli/access/access";
import { type GrantInput, toStackConfig } from "../../../cli/access/grants";
import { anyText } from "../../helpers/any-text";

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
        references: [{ kind: "image" as const, where: "job build", text: "x", candidates: [] }],
    },
];
const DAY = 86_400_000;
const about = {
    exempt: [],
    unresolved: [],
    scanned: ["apps/etl", "apps/broken", "apps/idle"],
    groups: ["apps"],
    now: 100 * DAY,
    recent: 30 * DAY,
};
const reference = needs[0]!.references[0]!;
const unclear = [{ consumer: "apps/broken", reference, reason: "its configuration is invalid" }];
const configFor = (list: Partial<AllowlistNow>, more: Partial<GrantInput> = {}) =>
    toStackConfig({ ...about, needs, producers: [producer(list)], ...more });
const entryOf = (text: string) => parse(text).config["gitlab-fleet:registries"]["tools/scanner"];

describe("toStackConfig", () => {
    it("says that a list is off now, so that nobody is cut off unawares, and names whose jobs the log knows", () => {
        const text = configFor({ enabled: false, lastUsed: { "Apps/ETL": 1, "shop/web": 2 } });
        expect(text).to.include("# its list is off, so every project's jobs get in now; with this, only these will\n");
        expect(text).to.include("# got in before: shop/web\n");
        expect(parse(text)).to.deep.equal({
            config: { "gitlab-fleet:registries": { "tools/scanner": { consumers: { projects: ["apps/etl"] } } } },
        });
    });

    it("says nothing of the kind about a list that is on", () => {
        expect(configFor({ lastUsed: { "shop/web": 2 } }))
            .to.not.include("got in before")
            .and.not.include("is off");
    });

    it("keeps every entry by which a job got in lately, with the reason, whatever was read", () => {
        const lastUsed = { "apps/idle": 99 * DAY, "data/x": 98 * DAY, "data/y": DAY };
        const text = configFor(
            { projects: ["apps/idle"], groups: ["data"], lastUsed },
            { scanned: ["apps/idle", "data/x"], groups: ["data"] },
        );
        expect(entryOf(text)).to.deep.equal({ consumers: { projects: ["apps/etl", "apps/idle"], groups: ["data"] } });
        expect(text).to.include("- apps/idle # its jobs got in on 1970-04-10\n");
        expect(text).to.include("- data # jobs of data/x got in on 1970-04-09\n");
    });

    it("keeps those whose jobs got in lately where the list is off", () => {
        const text = configFor({ enabled: false, lastUsed: { "shop/web": 99 * DAY, "shop/old": DAY } });
        expect(entryOf(text).consumers.projects).to.deep.equal(["apps/etl", "shop/web"]);
        expect(text).to.include("# got in before: shop/old\n");
    });

    it("names what it leaves out, with its last use", () => {
        const text = configFor({ projects: ["apps/idle"], lastUsed: { "apps/idle": 10 * DAY } });
        expect(entryOf(text)).to.deep.equal({ consumers: { projects: ["apps/etl"] } });
        expect(text).to.match(/# left out: project apps\/idle is on the list .*\(last used on 1970-01-11\)\n/);
    });

    it("is never exclusive where somebody who was not understood, or was not read, gets in today", () => {
        const touched = configFor({ projects: ["apps/broken"] }, { unresolved: unclear });
        expect(entryOf(touched).mode).to.equal("additive");
        expect(touched).to.include("not understood whether these need their entries: apps/broken\n");
        expect(entryOf(configFor({ groups: ["apps"] }, { unresolved: unclear })).mode).to.equal("additive");
        expect(entryOf(configFor({ projects: ["shop/web"] })).mode).to.equal("additive");
        // Of a group that was not scanned as a whole, others may need its entry.
        expect(entryOf(configFor({ groups: ["apps"] }, { groups: [] })).mode).to.equal("additive");
        expect(entryOf(configFor({ groups: ["apps"] })).mode).to.equal(undefined);
        expect(entryOf(configFor({}, { producers: [{ ...producer({}), list: undefined }] })).mode).to.equal("additive");
        expect(entryOf(configFor({ projects: ["apps/idle"] }, { unresolved: unclear })).mode).to.equal(undefined);
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
            anyText(),
        );
        const config = (where: string, text: string, outsider: string) =>
            toStackConfig({
                ...about,
                exempt: [{ consumer: outsider, producer: text, reference: { ...reference, where }, reason: text }],
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
