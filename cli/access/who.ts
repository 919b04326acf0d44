import { pathKey, sortedPaths } from "../../core/paths";
import { type Entry, entryFor, type Producer } from "./access";
import type { Origin } from "./gather";

/** Natural order: `service-2` before `service-12`. */
export const NAMES = new Intl.Collator("en", { numeric: true });

/** One project whose jobs may reach another. */
export interface Visitor {
    /** Full path. */
    project: string;
    /** `itself`, `project`, or the full path of the group whose entry lets it in. */
    through: string;
    /** Fine-grained permissions of the nearest entry; undefined if it allows everything that the role does. */
    policies?: string[];
    /** Stacks that declare that entry. */
    declaredBy: string[];
    /** When that entry was added to the list, and by whose token, if GitLab says so. */
    since?: string;
    addedBy?: string;
    /** When its jobs last got in, in milliseconds; undefined if never or not known. */
    lastUsed?: number;
}

/** All projects that may reach a project now. */
export interface Visitors {
    visitors: Visitor[];
    /** Entries that let nobody in, such as empty groups. */
    idle: string[];
    /** Projects in the log that may no longer reach it. */
    former: { project: string; lastUsed: number }[];
}

/** All projects that get in, and by which entry. `below` maps each listed group to its projects. */
export function listVisitors(
    producer: Producer,
    below: ReadonlyMap<string, readonly string[]>,
    declarersOf: (entry: Entry) => string[] = () => [],
    originOf: (entry: Entry) => Origin | undefined = () => undefined,
): Visitors {
    const { path, list } = producer;
    if (list === undefined) return { visitors: [], idle: [], former: [] };
    const byKey = <T>(values: Record<string, T>) =>
        new Map(Object.entries(values).map(([name, value]) => [pathKey(name), value]));
    const [used, policies] = [byKey(list.lastUsed ?? {}), byKey(list.policies)];
    const toVisitor = (project: string): Visitor => {
        const isItself = project === path;
        const entry = entryFor(list, project) ?? { kind: "project", path: project };
        const through = isItself ? "itself" : entry.kind === "group" ? entry.path : "project";
        const fine = isItself ? undefined : policies.get(pathKey(entry.path));
        const declaredBy = isItself ? [] : declarersOf(entry);
        const lastUsed = used.get(pathKey(project));
        const origin = isItself ? undefined : originOf(entry);
        return {
            project,
            through,
            ...(fine && { policies: fine }),
            declaredBy,
            ...origin,
            ...(lastUsed && { lastUsed }),
        };
    };
    const inGroups = list.groups.flatMap((group) => below.get(group) ?? []);
    const others = sortedPaths([...inGroups, ...list.projects]).filter((project) => pathKey(project) !== pathKey(path));
    const former = Object.entries(list.lastUsed ?? {}).filter(([project]) => entryFor(list, project) === undefined);
    return {
        visitors: [path, ...others.sort(NAMES.compare)].map(toVisitor),
        idle: list.groups.filter((group) => (below.get(group) ?? []).length === 0),
        former: list.enabled ? former.map(([project, lastUsed]) => ({ project, lastUsed })) : [],
    };
}
