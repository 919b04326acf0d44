import { groupBy } from "../../core/groups";
import { keptFor } from "../../core/kept-for";
import { isId, type ReferenceKind, referenceKey, toPath } from "../../core/reference";
import type { GitLab } from "../../gitlab/client";
import { locate } from "../../gitlab/namespaces";
import { type Entry, entriesOf, entryFor, keyOf, keysInto, type Producer } from "./access";
import { asList, asMap } from "./reading/ci-config";

/** Access that a stack's configuration declares for one producer. */
export interface Declared {
    /** Full path, or id as text. */
    producer: string;
    projects: string[];
    groups: string[];
    mode: "exclusive" | "additive";
    enabled: boolean;
    /** Whether a list that is too long is folded into groups. */
    compact: boolean;
}

/** The declarations below `gitlab-fleet:registries` of a configuration. */
export function declaredIn(config: Readonly<Record<string, unknown>>): Declared[] {
    return Object.entries(asMap(config["gitlab-fleet:registries"])).map(([producer, value]) => {
        const { consumers, mode, enabled, compact } = asMap(value);
        const { projects, groups } = asMap(consumers);
        return {
            producer,
            projects: asList(projects).map(String),
            groups: asList(groups).map(String),
            mode: mode === "additive" ? "additive" : "exclusive",
            enabled: enabled !== false,
            compact: compact === true,
        };
    });
}

/** Replaces ids by full paths as GitLab spells them; an id that GitLab does not show stays. */
export function toPaths(gitlab: GitLab, kind: ReferenceKind, references: readonly string[]): Promise<string[]> {
    const pathOf = async (reference: string) =>
        isId(reference) ? ((await locate(gitlab, kind, Number(reference)))?.path ?? reference) : toPath(reference);
    return Promise.all(references.map(pathOf));
}

/** The same declarations, with consumers as full paths. */
export async function withPaths(gitlab: GitLab, declared: readonly Declared[]): Promise<Declared[]> {
    return Promise.all(
        declared.map(async ({ projects, groups, ...rest }) => ({
            ...rest,
            projects: await toPaths(gitlab, "project", projects),
            groups: await toPaths(gitlab, "group", groups),
        })),
    );
}

/** Returns a function that finds the declarations for a producer, by path or id: several stacks may add to one list. */
export function declarationsBy(declared: readonly Declared[]): (producer: Pick<Producer, "id" | "path">) => Declared[] {
    const all = groupBy(declared, ({ producer }) => referenceKey(producer));
    return ({ id, path }) => [path, id].flatMap((reference) => all.get(referenceKey(reference)) ?? []);
}

export function isDeclared(declared: Declared, consumer: string): boolean {
    return !declared.enabled || entryFor(declared, consumer) !== undefined;
}

const keysMade = keptFor((declared: Declared) => {
    const foldedInto = ({ path }: Entry) => (declared.compact ? keysInto(path).slice(1) : []);
    return new Set(entriesOf(declared).flatMap((one) => [keyOf(one), ...foldedInto(one)]));
});

/** Whether a declaration causes an entry of a list: as written, or by folding. */
export function makesEntry(declared: Declared, entry: Entry): boolean {
    return keysMade(declared).has(keyOf(entry));
}
