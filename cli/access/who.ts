import { coveredBy, pathKey } from "../../core/paths";
import type { Producer } from "./access";

/** One project whose jobs may reach another. */
export interface Visitor {
    /** Full path. */
    project: string;
    /** `itself`, `project`, or the full path of the group whose entry lets it in. */
    through: string;
    /** Fine-grained permissions of the nearest entry; undefined for everything that the role allows. */
    policies?: string[];
    /** When its jobs last got in, in milliseconds; undefined when never or not known. */
    lastUsed?: number;
}

/** Everyone who may reach a project now. */
export interface Visitors {
    visitors: Visitor[];
    /** Entries with nobody in them, such as empty groups. */
    idle: string[];
    /** Origin projects in the log that may not reach it any more. */
    former: { project: string; lastUsed: number }[];
}

/**
 * Everyone who gets in by an entry, and by which: a project's own one counts before its groups', as GitLab looks at the
 * nearest. `below` holds the projects of each listed group.
 */
export function listVisitors({ path, list }: Producer, below: ReadonlyMap<string, readonly string[]>): Visitors {
    if (list === undefined) return { visitors: [], idle: [], former: [] };
    const used = new Map(Object.entries(list.lastUsed ?? {}).map(([project, time]) => [pathKey(project), time]));
    const policies = new Map(Object.entries(list.policies).map(([entry, names]) => [pathKey(entry), names]));
    const found = new Map<string, Visitor>();
    const add = (project: string, through: string, entry?: string) => {
        const fine = entry === undefined ? undefined : policies.get(pathKey(entry));
        const lastUsed = used.get(pathKey(project));
        found.set(pathKey(project), {
            project,
            through,
            ...(fine && { policies: fine }),
            ...(lastUsed && { lastUsed }),
        });
    };
    // The deepest group last, so that it is the one that stays; then the projects' own entries.
    const groups = [...list.groups].sort((a, b) => a.split("/").length - b.split("/").length);
    for (const group of groups) for (const project of below.get(group) ?? []) add(project, group, group);
    for (const project of list.projects) add(project, "project", project);
    add(path, "itself");
    return {
        visitors: [...found.values()].sort(
            (a, b) => rank(a) - rank(b) || a.project.localeCompare(b.project, "en", { numeric: true }),
        ),
        idle: list.groups.filter((group) => (below.get(group) ?? []).length === 0),
        former: list.enabled
            ? Object.entries(list.lastUsed ?? {})
                  .filter(([project]) => !found.has(pathKey(project)) && !coveredBy(list.groups)(project))
                  .map(([project, lastUsed]) => ({ project, lastUsed }))
            : [],
    };
}

function rank({ through }: Visitor): number {
    return through === "itself" ? 0 : 1;
}
