import { pathKey } from "../../core/paths";
import type { AccessReference, ReferenceKind } from "./reading/references";

/** A consumer, and everything that its configuration refers to. */
export interface Consumer {
    /** Full path. */
    path: string;
    references: readonly AccessReference[];
}

/** That a consumer needs a producer, and the references that say so. */
export interface Need {
    consumer: string;
    producer: string;
    references: AccessReference[];
}

/** A reference that does not lead to a need, and why. */
export interface Judged {
    consumer: string;
    reference: AccessReference;
    reason: string;
}

/** What the consumers need, in the order of producers and consumers. Every reference is in one of the three lists. */
export interface Needs {
    needs: Need[];
    /** References for which GitLab does not check the allowlist. */
    exempt: (Judged & { producer: string })[];
    /** References that were not understood, and what would resolve them. */
    unresolved: Judged[];
}

/** Paths and ids to look up in GitLab, so that every reference can be resolved. */
export function candidatesOf(consumers: readonly Consumer[]): string[] {
    const all = consumers.flatMap(({ references }) => references.flatMap(({ candidates }) => candidates));
    return [...new Map(all.map((path) => [pathKey(path), path])).values()].sort();
}

/**
 * Resolves every reference to the project with its longest candidate path: a project's images may have any name below
 * the project's path. `projects` are the full paths that exist, `ids` those of them that were given by id.
 */
export function resolveNeeds(
    consumers: readonly Consumer[],
    projects: readonly string[],
    kinds?: readonly ReferenceKind[],
    ids: ReadonlyMap<string, string> = new Map(),
): Needs {
    const known = new Map([...projects.map((path) => [pathKey(path), path] as const), ...ids]);
    const found = new Map<string, Need>();
    const result: Needs = { needs: [], exempt: [], unresolved: [] };
    for (const { path: consumer, references } of consumers) {
        // A file that was not read may refer to anything.
        const wanted = references.filter(({ kind }) => kinds === undefined || kinds.includes(kind) || kind === "file");
        for (const reference of wanted) {
            const match = reference.candidates.find((candidate) => known.has(pathKey(candidate)));
            const producer = match === undefined ? undefined : known.get(pathKey(match))!;
            if (producer === undefined || pathKey(producer) !== pathKey(consumer)) {
                judge(consumer, producer, reference);
            }
        }
    }
    result.needs = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, need]) => need);
    return result;

    function judge(consumer: string, producer: string | undefined, reference: AccessReference): void {
        const { exempt, open } = reference;
        if (exempt !== undefined) {
            if (producer !== undefined) result.exempt.push({ consumer, producer, reference, reason: exempt });
        } else if (producer === undefined || open !== undefined) {
            result.unresolved.push({ consumer, reference, reason: open ?? explain(reference) });
        } else {
            const key = `${pathKey(producer)} ${pathKey(consumer)}`;
            const need = found.get(key) ?? { consumer, producer, references: [] };
            need.references.push(reference);
            found.set(key, need);
        }
    }
}

function explain({ text, candidates: [longest] }: AccessReference): string {
    if (longest === undefined) return "no project can be called so";
    if (/^\d+$/.test(longest)) return `GitLab has no project with the id ${longest}, or the token may not see it`;
    if (/\.git$/.test(text)) return "a project's path does not end in .git here: only the address of a clone does";
    return `GitLab has no project ${longest}, or the token may not see it`;
}
