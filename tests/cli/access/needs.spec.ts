import { expect } from "chai";
import * as fc from "fast-check";
import type { Entry, Producer } from "../../../cli/access/access";
import { checkAccess } from "../../../cli/access/check";
import type { Declared } from "../../../cli/access/declared";
import { toStackConfig } from "../../../cli/access/grants";
import { resolveNeeds } from "../../../cli/access/needs";
import { projectCandidates } from "../../../cli/access/reading/image-name";
import { listVisitors } from "../../../cli/access/who";
import { workOf } from "../../helpers/work";

const image = (repository: string) => ({
    kind: "image" as const,
    where: "job build",
    text: repository,
    candidates: projectCandidates(repository),
});

describe("resolveNeeds", () => {
    it("takes the longest path that is a project, whatever the case, and leaves out what a project pulls from itself", () => {
        const consumers = [
            { path: "apps/etl", references: [image("a/b/c/d"), image("a/b"), image("apps/etl/x"), image("A/B/c")] },
        ];
        const { needs, unresolved } = resolveNeeds(consumers, ["a/b", "A/b/C", "apps/Etl"]);
        expect(needs.map(({ producer, references }) => [producer, references.length])).to.deep.equal([
            ["a/b", 1],
            ["A/b/C", 2],
        ]);
        expect(unresolved).to.deep.equal([]);
    });

    it("resolves each image to a project that is a prefix of it, and to none that has a longer one", () => {
        const part = fc.constantFrom("a", "b", "c");
        const repository = fc.array(part, { minLength: 2, maxLength: 5 }).map((parts) => parts.join("/"));
        fc.assert(
            fc.property(repository, fc.uniqueArray(repository, { maxLength: 8 }), (asked, projects) => {
                const { needs, unresolved } = resolveNeeds([{ path: "x/y", references: [image(asked)] }], projects);
                const fitting = projects.filter((path) => `${asked}/`.startsWith(`${path}/`));
                const longest = fitting.sort((a, b) => b.length - a.length)[0];
                expect(needs.map(({ producer }) => producer)).to.deep.equal(longest === undefined ? [] : [longest]);
                expect(unresolved.length).to.equal(longest === undefined ? 1 : 0);
            }),
        );
    });
});

describe("checkAccess", () => {
    const producer: Producer = {
        id: 3,
        path: "c/p",
        visibility: "private",
        registry: "enabled",
        list: { enabled: true, projects: ["apps/a"], groups: ["data"], policies: {} },
    };
    const needs = [{ consumer: "data/x", producer: "c/p", references: [image("c/p")] }];

    const declares = (projects: string[], mode: Declared["mode"] = "exclusive"): Declared => ({
        ...{ producer: "3", projects, groups: [], mode, enabled: true, compact: false },
    });

    it("counts what every stack declares that adds to a list, and that one which has it as a whole takes others' off", () => {
        const none = { ...producer, list: { ...producer.list!, groups: [] } };
        const state = (now: Producer, ...declared: Declared[]) =>
            checkAccess({ needs, producers: [now], declared, scanned: [] }).needs[0]!.state;
        const [others, own] = [declares(["apps/a"], "additive"), declares(["data/x"], "additive")];
        expect([state(none, others, own), state(none, own, others), state(none, others)]).to.deep.equal([
            "pending",
            "pending",
            "missing",
        ]);
        expect(state(producer, others, own)).to.equal("ok");
        expect(state(producer, own, declares(["apps/a"]))).to.equal("revoked");
        const { unused } = checkAccess({
            needs: [],
            producers: [none],
            declared: [others, others],
            scanned: ["apps/a"],
        });
        expect(unused.map(({ entry, found }) => [entry, found])).to.deep.equal([["apps/a", ["declared", "allowed"]]]);
    });

    it("calls an entry unused only when everything that it could let in was read", () => {
        const all = checkAccess({ needs, producers: [producer], scanned: ["apps/a"] });
        expect(all.unused.map(({ entry }) => entry)).to.deep.equal(["apps/a"]);
        const none = checkAccess({ needs: [], producers: [producer], scanned: ["data/x"] });
        expect(none.unused).to.deep.equal([]);
        const group = checkAccess({
            needs: [],
            producers: [producer],
            scanned: ["data/x"],
            groups: ["data"],
        });
        expect(group.unused.map(({ entry }) => entry)).to.deep.equal(["data"]);
    });

    it("takes a list that is off, or declared off, for open to everybody", () => {
        const open = { ...producer, list: { ...producer.list!, enabled: false } };
        const one = [{ consumer: "z/z", producer: "c/p", references: [image("c/p")] }];
        expect(checkAccess({ needs: one, producers: [open], scanned: [] }).gaps).to.deep.equal([]);
        const declared = [{ ...declares([]), enabled: false }];
        expect(checkAccess({ needs: one, producers: [open], declared, scanned: [] }).gaps).to.deep.equal([]);
    });
});

describe("what is made of the needs of a large group", () => {
    /** So many producers as consumers, each with a list of twenty entries and a need that is met. */
    const scanOf = (size: number) => {
        const consumers = Array.from({ length: size }, (_, at) => `apps/team/c${at}`);
        const entriesAt = (at: number) => Array.from({ length: 20 }, (_, i) => consumers[(at + i) % size]!);
        const producers = consumers.map(
            (consumer, at): Producer => ({
                id: at,
                path: `producers/p${at}`,
                visibility: "private",
                registry: "enabled",
                list: {
                    enabled: true,
                    projects: entriesAt(at),
                    groups: ["apps/old"],
                    policies: {},
                    lastUsed: { [consumer]: 1 },
                },
            }),
        );
        const needs = producers.map(({ path }, at) => ({
            consumer: consumers[at]!,
            producer: path,
            references: [image(path)],
        }));
        const unresolved = consumers.map((consumer) => ({ consumer, reference: image("x/y"), reason: "unknown" }));
        const declared = producers.map(({ path }, at) => ({
            producer: path,
            projects: entriesAt(at),
            groups: [],
            mode: "exclusive" as const,
            enabled: true,
            compact: false,
        }));
        return { consumers, producers, needs, unresolved, declared };
    };
    const WAYS = {
        "a check": ({ consumers, ...rest }: ReturnType<typeof scanOf>) =>
            checkAccess({ ...rest, scanned: consumers, groups: ["apps"] }),
        "a stack config": ({ consumers, producers, needs }: ReturnType<typeof scanOf>) =>
            toStackConfig({
                producers,
                needs,
                scanned: consumers,
                groups: ["apps"],
                exempt: [],
                unresolved: [],
                now: 9,
                recent: 1,
            }),
    };

    for (const [what, make] of Object.entries(WAYS)) {
        it(`takes for each project of ${what} the same work, however many there are`, () => {
            const [one, two, three] = [100, 200, 300].map((size) => {
                const scanned = scanOf(size);
                return workOf(() => make(scanned));
            });
            expect(one).to.be.greaterThan(1000);
            expect((three! - two!) / (two! - one!)).to.be.within(0.9, 1.1);
        });
    }
});

describe("listVisitors", () => {
    it("names for each project the nearest entry, and who got in once and may not any more", () => {
        const list = {
            enabled: true,
            projects: ["a/b/own"],
            groups: ["a", "a/b", "empty"],
            policies: { "a/b": ["READ_PACKAGES"] },
            lastUsed: { "a/b/own": 5, "gone/project": 7 },
        };
        const below = new Map([
            ["a", ["a/x", "a/b/own", "a/b/other"]],
            ["a/b", ["a/b/own", "a/b/other"]],
        ]);
        const producer: Producer = { id: 1, path: "c/p", visibility: "private", registry: "enabled", list };
        const declarersOf = ({ kind, path }: Entry) => (kind === "group" && path === "a/b" ? ["dev", "prod"] : []);
        expect(listVisitors(producer, below, declarersOf)).to.deep.equal({
            visitors: [
                { project: "c/p", through: "itself", declaredBy: [] },
                { project: "a/b/other", through: "a/b", policies: ["READ_PACKAGES"], declaredBy: ["dev", "prod"] },
                { project: "a/b/own", through: "project", declaredBy: [], lastUsed: 5 },
                { project: "a/x", through: "a", declaredBy: [] },
            ],
            idle: ["empty"],
            former: [{ project: "gone/project", lastUsed: 7 }],
        });
    });
});
