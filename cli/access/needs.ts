import { pathKey } from "../../core/paths";
import type { AccessReference, ReferenceKind } from "./references";

/** One consumer, with everything that its configuration refers to. */
export interface Consumer {
    /** Full path. */
    path: string;
    references: AccessReference[];
}

/** That one consumer needs one producer, and where it says so. */
export interface Need {
    consumer: string;
    producer: string;
    references: AccessReference[];
}

/** A reference whose project could not be found out. */
export interface Unresolved {
    consumer: string;
    reference: AccessReference;
    /** Why, and what to do. */
    reason: string;
}

/** What the consumers need, in the order of producers and consumers. */
export interface Needs {
    needs: Need[];
    unresolved: Unresolved[];
}

/** Paths that GitLab has to be asked for, so that every reference can be resolved. */
export function candidatesOf(consumers: readonly Consumer[]): string[] {
    const all = consumers.flatMap(({ references }) => references.flatMap(({ candidates }) => candidates));
    return [...new Map(all.map((path) => [pathKey(path), path])).values()].sort();
}

/**
 * Resolves every reference to a project, by the longest of its candidates that is one: a project's images may be called
 * anything below the project's path. `projects` are the full paths that exist.
 */
export function resolveNeeds(
    consumers: readonly Consumer[],
    projects: readonly string[],
    kinds?: readonly ReferenceKind[],
): Needs {
    const known = new Map(projects.map((path) => [pathKey(path), path]));
    const found = new Map<string, Need>();
    const unresolved: Unresolved[] = [];
    for (const { path: consumer, references } of consumers) {
        for (const reference of references) {
            if (kinds !== undefined && !kinds.includes(reference.kind)) continue;
            const match = reference.candidates.find((candidate) => known.has(pathKey(candidate)));
            if (match === undefined) {
                unresolved.push({ consumer, reference, reason: explain(reference) });
                continue;
            }
            const producer = known.get(pathKey(match))!;
            if (pathKey(producer) === pathKey(consumer)) continue;
            const key = `${pathKey(producer)} ${pathKey(consumer)}`;
            const need = found.get(key) ?? { consumer, producer, references: [] };
            need.references.push(reference);
            found.set(key, need);
        }
    }
    const needs = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, need]) => need);
    return { needs, unresolved };
}

function explain({ unknown, candidates }: AccessReference): string {
    if (unknown.length > 0) {
        const names = unknown.map((name) => `$${name}`).join(", ");
        const give = unknown.map((name) => `--variable ${name}=…`).join(" ");
        return `the configuration does not define ${names}. Give ${unknown.length === 1 ? "it" : "them"}: ${give}`;
    }
    return candidates.length === 0
        ? "no project can be called so"
        : `GitLab has no project ${candidates[0]}, or the token may not see it`;
}
