import { keptFor } from "../../core/kept-for";
import { groupsAbove, pathKey } from "../../core/paths";
import type { AccessReference } from "./reading/references";

/** A project that others reach with their job tokens, as GitLab has it now. */
export interface Producer {
    id: number;
    /** Full path. */
    path: string;
    visibility: "private" | "internal" | "public";
    /** Who may see the registry. GitLab: `container_registry_access_level`. */
    registry: "enabled" | "private" | "disabled";
    /** The allowlist; undefined if the token may not read it. */
    list?: AllowlistNow;
}

/** A job-token allowlist, and what GitLab knows about its use. */
export interface AllowlistNow {
    /** Whether it is on. */
    enabled: boolean;
    /** Full paths. */
    projects: string[];
    groups: string[];
    /** Fine-grained permissions, by full path of the entry; entries without any are left out. */
    policies: Record<string, string[]>;
    /** When a project's job last used the list, by full path; absent if the instance keeps no log. */
    lastUsed?: Record<string, number>;
}

/** What a consumer uses of a producer. */
type Asked = Pick<AccessReference, "kind">;

/** Why a consumer's jobs get in. */
export type Via =
    | { kind: "project" }
    | { kind: "group"; group: string }
    /** The list is off, so every project's jobs get in. */
    | { kind: "open" }
    /** The project shows everybody what the consumer uses. */
    | { kind: "visible" };

/** An entry of a list, in GitLab or declared. */
export interface Entry {
    kind: "project" | "group";
    path: string;
}

/** All entries of a list. */
export function entriesOf({ projects, groups }: { projects: string[]; groups: string[] }): Entry[] {
    return [
        ...projects.map((path) => ({ kind: "project" as const, path })),
        ...groups.map((path) => ({ kind: "group" as const, path })),
    ];
}

/** Key of an entry, equal for equivalent spellings of its path. */
export function keyOf({ kind, path }: Entry): string {
    return `${kind} ${pathKey(path)}`;
}

/** Keys of all entries that would let a project in: its own, then those of the groups above it, the nearest first. */
export function keysInto(project: string): string[] {
    const path = pathKey(project);
    const groups = groupsAbove(path).reverse();
    return [`project ${path}`, ...groups.map((group) => `group ${group}`)];
}

// Every list is searched for every project: going through all entries each time would take minutes for a large group.
const entriesByKey = keptFor((list: Pick<AllowlistNow, "projects" | "groups">) => {
    return new Map(entriesOf(list).map((entry) => [keyOf(entry), entry]));
});

/** The entry by which a list lets a project in: if several do, GitLab uses the nearest. */
export function entryFor(list: Pick<AllowlistNow, "projects" | "groups">, project: string): Entry | undefined {
    const entries = entriesByKey(list);
    const key = keysInto(project).find((each) => entries.has(each));
    return key === undefined ? undefined : entries.get(key);
}

const usesByKey = keptFor(({ lastUsed = {} }: AllowlistNow) => {
    const times = new Map<string, number>();
    for (const [path, time] of Object.entries(lastUsed)) {
        for (const key of keysInto(path)) times.set(key, Math.max(time, times.get(key) ?? time));
    }
    return times;
});

/** When a job last got in by an entry, in milliseconds; undefined if never or not known. */
export function lastUseOf({ list }: Producer, entry: Entry): number | undefined {
    return list && usesByKey(list).get(keyOf(entry));
}

/** The entry or other reason that lets a consumer in; undefined if it cannot get in. */
export function wayIn(producer: Producer, consumer: string, asked: readonly Asked[]): Via | undefined {
    return wayByList(producer, consumer) ?? (isVisible(producer, asked) ? { kind: "visible" } : undefined);
}

/** How the list as it is now lets a consumer in; undefined if it does not. */
export function wayByList({ list }: Producer, consumer: string): Via | undefined {
    if (list?.enabled === false) return { kind: "open" };
    const entry = list && entryFor(list, consumer);
    return entry && (entry.kind === "project" ? { kind: "project" } : { kind: "group", group: entry.path });
}

/** Whether the container registry is used. */
export function isPull({ kind }: Asked): boolean {
    return /^(image|service|from|pull)$/.test(kind);
}

/** Whether every project's jobs may use all of it without an entry, because GitLab shows it to everybody. */
export function isVisible({ visibility, registry }: Producer, asked: readonly Asked[]): boolean {
    return visibility !== "private" && (registry === "enabled" || !asked.some(isPull));
}

export function describeVia(via: Via, visibility: Producer["visibility"] = "public"): string {
    if (via.kind === "project") return "its own entry";
    if (via.kind === "group") return `group ${via.group}`;
    return via.kind === "open" ? "the list is off" : `the project is ${visibility}`;
}
