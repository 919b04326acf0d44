import { expect } from "chai";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { type Engine, startEngine } from "../../helpers/engine";

/** Another one gives other histories: `SEED=7 make e2e ONLY=registry`. */
const SEED = Number(process.env.SEED ?? 20261122);
const PRODUCER = "containers/poetry";
const PROJECTS = ["apps/etl", "apps/web", "apps/others"];

/** What a stack declares for the producer; undefined while it declares nothing. */
type Access =
    | {
          mode: "exclusive" | "additive";
          consumers: { projects: string[]; groups: string[] };
          policies?: "pull" | Record<string, string[]>;
          grantMembership?: { group: string; role: string };
      }
    | undefined;

const consumers = fc.record({ projects: fc.subarray(PROJECTS), groups: fc.subarray(["data"]) });
const access: fc.Arbitrary<Access> = fc.option(
    consumers.chain(({ projects, groups }) =>
        fc.record(
            {
                mode: fc.constantFrom("exclusive" as const, "additive" as const),
                consumers: fc.constant({ projects, groups }),
                policies: fc.oneof(
                    fc.constant("pull" as const),
                    fc
                        .subarray([...projects, ...groups])
                        .map((entries) => Object.fromEntries(entries.map((entry) => [entry, ["READ_JOBS"]]))),
                ),
                grantMembership: fc.record({
                    group: fc.constant("apps"),
                    role: fc.constantFrom("reporter", "developer"),
                }),
            },
            { requiredKeys: ["mode", "consumers"] },
        ),
    ),
    { nil: undefined, freq: 8 },
);

/**
 * What GitLab's list has to hold. What the stack finds there when it declares an entry, it leaves there when it lets go; and what one
 * mode has added, the other one finds, as nothing is refreshed in between.
 */
class Model {
    private readonly list = new Set<string>(["apps/others"]);
    private mode: "exclusive" | "additive" | undefined;
    private added = new Set<string>();

    declare(next: Access): string[] {
        const declared = new Set(next === undefined ? [] : Object.values(next.consumers).flat());
        const before = { mode: this.mode, added: this.added };
        const known = before.mode === next?.mode ? [...before.added].filter((entry) => declared.has(entry)) : [];
        this.mode = next?.mode;
        this.added = new Set([...known, ...[...declared].filter((entry) => !this.list.has(entry))]);
        for (const entry of declared) this.list.add(entry);
        if (next?.mode === "exclusive") {
            for (const entry of this.list) if (!declared.has(entry)) this.list.delete(entry);
        } else {
            for (const entry of before.added) if (!declared.has(entry)) this.list.delete(entry);
        }
        return [...this.list].sort();
    }
}

describe("one producer's allowlist, over random histories of its stack's configuration", () => {
    let engine: Engine;
    before(async () => {
        engine = await startEngine({
            config: () => "config: {}\n",
            seed: {
                users: [{ username: "olga" }],
                groups: ["containers", "apps", "data"].map((path) => ({ path, members: { olga: "owner" } })),
                projects: [
                    { path: PRODUCER, jobTokenScope: { enabled: true, projects: ["apps/others"] } },
                    ...PROJECTS.map((path) => ({ path })),
                ],
                tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
            },
        });
    });
    after(() => engine?.close());

    /** Entry to permissions, as GitLab has them. */
    const listNow = () => {
        const { db } = engine.sandbox;
        const { id } = db.projects.first("path", PRODUCER)!;
        const policiesOf = (link: { defaultPermissions: boolean; policies: string[] }) =>
            link.defaultPermissions ? "default" : link.policies;
        return Object.fromEntries([
            ...db.projectLinks
                .find("source", `inbound:${id}`)
                .map((link) => [db.projects.must(link.targetId).fullPath, policiesOf(link)]),
            ...db.groupLinks
                .find("source", id)
                .map((link) => [db.groups.must(link.targetId).fullPath, policiesOf(link)]),
        ]);
    };
    const permissionsOf = (next: Access, entry: string) => {
        const declared = next !== undefined && Object.values(next.consumers).flat().includes(entry);
        if (!declared || next.policies === undefined) return "default";
        return next.policies === "pull" ? ["READ_PACKAGES"] : (next.policies[entry] ?? "default");
    };

    it("is what a model says after each up, and nothing is left to do", async () => {
        const model = new Model();
        const history: string[] = [];
        for (const next of fc.sample(access, { seed: SEED, numRuns: 14 })) {
            const registries = next === undefined ? {} : { [PRODUCER]: { ...next, checkMembership: false } };
            history.push(JSON.stringify(next ?? null));
            engine.stack.setConfig(stringify({ config: { "gitlab-fleet:registries": registries } }));
            await engine.up();
            const expected = model.declare(next).map((entry) => [entry, permissionsOf(next, entry)]);
            expect(listNow(), history.join("\n")).to.deep.equal(Object.fromEntries(expected));
            const { code, output } = await engine.stack.run(["preview", "--refresh", "--expect-no-changes"]);
            expect(code, `${history.join("\n")}\n${output}`).to.equal(0);
        }
    });
});
