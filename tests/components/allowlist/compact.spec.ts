import { expect } from "chai";
import * as fc from "fast-check";
import {
    type AllowlistEntries,
    type AllowlistLimits,
    compactAllowlist,
    type Surroundings,
} from "../../../components/allowlist/compact";
import { coveredBy } from "../../../core/paths";

const numbered = (group: string, count: number) => Array.from({ length: count }, (_, i) => `${group}/p${i}`);

describe("compactAllowlist", () => {
    it("leaves a list that fits as it is, redundant entries and all", () => {
        const entries = { projects: ["apps/web/site", "apps/etl"], groups: ["apps/web"] };
        expect(compactAllowlist(entries, { producer: "c/p", projects: [] })).to.deep.equal({
            projects: ["apps/etl", "apps/web/site"],
            groups: ["apps/web"],
            folds: [],
            redundant: [],
        });
    });

    it("folds the group that lets in the fewest further projects, and names them", () => {
        const projects = [...numbered("apps/web", 150), ...numbered("apps/etl", 60)];
        const result = compactAllowlist(
            { projects, groups: [] },
            { producer: "c/p", projects: [...projects, "apps/web/x", "apps/web/y", "apps/etl/private", "c/p"] },
        );
        expect(result?.folds).to.deep.equal([
            {
                group: "apps/etl",
                replaces: { projects: numbered("apps/etl", 60).sort(), groups: [] },
                gains: ["apps/etl/private"],
            },
        ]);
        expect(result?.groups).to.deep.equal(["apps/etl"]);
        expect(result?.projects).to.have.members(numbered("apps/web", 150));
    });

    it("folds into the deepest group that holds the entries", () => {
        const projects = numbered("a/b/c/d", 201);
        const result = compactAllowlist({ projects, groups: [] }, { producer: "c/p", projects });
        expect(result?.folds.map((fold) => fold.group)).to.deep.equal(["a/b/c/d"]);
    });

    it("first leaves out what a listed group covers, which changes nobody's access", () => {
        const projects = [...numbered("apps/web", 10), ...numbered("tools", 195)];
        const result = compactAllowlist(
            { projects, groups: ["apps"] },
            { producer: "c/p", projects: [...projects, "apps/stranger"] },
        );
        expect(result?.redundant).to.have.members(numbered("apps/web", 10));
        expect(result?.folds).to.deep.equal([]);
        expect(result?.projects).to.have.lengthOf(195);
    });

    it("never folds into a person's namespace, and says so by finding nothing", () => {
        const projects = numbered("alice", 201);
        const surroundings = { producer: "c/p", projects, personal: ["alice"] };
        expect(compactAllowlist({ projects, groups: [] }, surroundings)).to.equal(undefined);
    });

    it("folds groups into their parents when there are too many of them", () => {
        const groups = Array.from({ length: 205 }, (_, i) => `corp/team-${i}`).concat("other");
        const result = compactAllowlist(
            { projects: [], groups },
            { producer: "c/p", projects: ["corp/team-1/a", "corp/loose", "other/b"] },
        );
        expect(result?.groups).to.deep.equal(["corp", "other"]);
        expect(result?.folds[0]?.gains).to.deep.equal(["corp/loose"]);
    });

    it("does not count the producer as gaining access, and takes paths for equal whatever their case", () => {
        const projects = numbered("Apps", 201);
        const result = compactAllowlist(
            { projects, groups: [] },
            { producer: "apps/producer", projects: [...projects.map((path) => path.toLowerCase()), "apps/Producer"] },
        );
        expect(result?.folds[0]?.gains).to.deep.equal([]);
    });

    it("folds 2,000 entries in 300 groups, where the groups alone are too many, within seconds", function () {
        this.timeout(60_000);
        const groups = Array.from({ length: 300 }, (_, i) => `corp/area-${i % 12}/team-${i}`);
        const projects = groups.flatMap((group, i) => numbered(group, 1 + (i % 13)));
        const result = compactAllowlist(
            { projects, groups: [] },
            {
                producer: "c/p",
                projects: [...projects, ...groups.flatMap((group, i) => numbered(`${group}/x`, i % 7))],
            },
        );
        expect(result?.projects.length).to.be.at.most(200);
        expect(result?.groups.length).to.be.at.most(200);
    });
});

describe("compactAllowlist, on any small tree", function () {
    // A second or two; comparing with every way of folding takes its time where others use the machine too.
    this.timeout(60_000);
    const segment = fc.constantFrom("a", "b", "c");
    const project = fc
        .tuple(fc.constantFrom("r", "s", "me"), fc.array(segment, { maxLength: 2 }), fc.integer({ min: 0, max: 3 }))
        .map(([top, middle, n]) => [top, ...(top === "me" ? [] : middle), `p${n}`].join("/"));
    const group = fc
        .tuple(fc.constantFrom("r", "s"), fc.array(segment, { maxLength: 2 }))
        .map(([top, middle]) => [top, ...middle].join("/"));
    const world = fc.record({
        entries: fc.record({
            projects: fc.uniqueArray(project, { maxLength: 8 }),
            groups: fc.uniqueArray(group, { maxLength: 3 }),
        }),
        others: fc.uniqueArray(project, { maxLength: 12 }),
        limits: fc.record({ projects: fc.integer({ min: 0, max: 5 }), groups: fc.integer({ min: 0, max: 3 }) }),
    });
    type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
    const surroundingsOf = ({ entries, others }: World): Surroundings => ({
        producer: "producers/images",
        projects: [...new Set([...entries.projects, ...others])],
        personal: ["me"],
    });
    const check = (property: (world: World) => void) => fc.assert(fc.property(world, property), { numRuns: 1000 });

    it("fits whenever any way of folding fits, with the fewest gains and then the fewest folds", () => {
        check((one) => {
            const best = bruteForce(one.entries, surroundingsOf(one), one.limits);
            const result = compactAllowlist(one.entries, surroundingsOf(one), one.limits);
            expect(result === undefined).to.equal(best === undefined);
            if (result === undefined || best === undefined) return;
            expect(result.projects.length).to.be.at.most(one.limits.projects);
            expect(result.groups.length).to.be.at.most(one.limits.groups);
            const gains = result.folds.reduce((sum, fold) => sum + fold.gains.length, 0);
            expect([gains, result.folds.length]).to.deep.equal([best.gains, best.folds]);
        });
    });

    it("keeps every consumer, and lets in exactly the projects that it names", () => {
        check((one) => {
            const surroundings = surroundingsOf(one);
            const result = compactAllowlist(one.entries, surroundings, one.limits);
            if (result === undefined) return;
            const before = reachOf(one.entries, surroundings);
            const after = reachOf(result, surroundings);
            const gains = new Set(result.folds.flatMap((fold) => fold.gains));
            expect([...before].filter((path) => !after.has(path))).to.deep.equal([]);
            expect([...after].filter((path) => !before.has(path)).sort()).to.deep.equal([...gains].sort());
            // Projects made later in a listed group had access before and have it still.
            for (const listed of one.entries.groups) {
                expect(coveredBy(result.groups)(`${listed}/later`), listed).to.equal(true);
            }
        });
    });

    it("needs every fold: with any one undone the list no longer fits", () => {
        check((one) => {
            const result = compactAllowlist(one.entries, surroundingsOf(one), one.limits);
            for (const fold of result?.folds ?? []) {
                const projects = result!.projects.length + fold.replaces.projects.length;
                const groups = result!.groups.length - 1 + fold.replaces.groups.length;
                expect(projects > one.limits.projects || groups > one.limits.groups, fold.group).to.equal(true);
            }
        });
    });
});

function reachOf(entries: AllowlistEntries, { projects }: Surroundings): Set<string> {
    return new Set(projects.filter((path) => entries.projects.includes(path) || coveredBy(entries.groups)(path)));
}

/** Tries every set of groups, none inside another. */
function bruteForce(entries: AllowlistEntries, surroundings: Surroundings, limits: AllowlistLimits) {
    if (entries.projects.length <= limits.projects && entries.groups.length <= limits.groups) {
        return { gains: 0, folds: 0 };
    }
    const covered = coveredBy(entries.groups);
    const projects = entries.projects.filter((path) => !covered(path));
    const groups = entries.groups.filter((path) => !covered(path));
    const parents = [...projects.map((path) => path.slice(0, path.lastIndexOf("/"))), ...groups];
    const all = parents.flatMap((path) => path.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/")));
    const candidates = [...new Set(all)].filter((path) => path !== "me" && !groups.includes(path) && !covered(path));
    const before = reachOf(entries, surroundings);
    let best: { gains: number; folds: number } | undefined;
    for (let set = 0; set < 1 << candidates.length; set++) {
        const chosen = candidates.filter((_, i) => set & (1 << i));
        if (chosen.some(coveredBy(chosen))) continue;
        const gone = coveredBy(chosen);
        const left = {
            projects: projects.filter((path) => !gone(path)),
            groups: [...groups.filter((path) => !gone(path)), ...chosen],
        };
        if (left.projects.length > limits.projects || left.groups.length > limits.groups) continue;
        const gains = reachOf(left, surroundings).size - before.size;
        if (!best || gains < best.gains || (gains === best.gains && chosen.length < best.folds)) {
            best = { gains, folds: chosen.length };
        }
    }
    return best;
}
