import { coveredBy, pathKey } from "../../core/paths";
import type { ReferenceKind } from "./reading/references";

/** A project that others reach with their job tokens, as GitLab has it now. */
export interface Producer {
    id: number;
    /** Full path. */
    path: string;
    visibility: "private" | "internal" | "public";
    /** Who may see the registry. GitLab: `container_registry_access_level`. */
    registry: "enabled" | "private" | "disabled";
    /** The list; undefined when the token may not read it. */
    list?: AllowlistNow;
}

/** A job-token allowlist with what GitLab knows about the use of it. */
export interface AllowlistNow {
    /** Whether it is on. */
    enabled: boolean;
    /** Full paths. */
    projects: string[];
    groups: string[];
    /** Fine-grained permissions, by full path of the entry; entries without are left out. */
    policies: Record<string, string[]>;
    /** When a project's job last got in, by full path; absent where the instance keeps no log. */
    lastUsed?: Record<string, number>;
}

/** Why a consumer's jobs get in. */
export type Via =
    | { kind: "project" }
    | { kind: "group"; group: string }
    /** The list is off: everybody's jobs get in. */
    | { kind: "open" }
    /** The project shows what was asked for to everybody. */
    | { kind: "visible" };

/** One entry of a list, or one that is declared for it. */
export interface Entry {
    kind: "project" | "group";
    path: string;
}

/** Everything that stands on a list. */
export function entriesOf({ projects, groups }: { projects: string[]; groups: string[] }): Entry[] {
    return [
        ...projects.map((path) => ({ kind: "project" as const, path })),
        ...groups.map((path) => ({ kind: "group" as const, path })),
    ];
}

/** Whether an entry lets a project in. */
export function covers({ kind, path }: Entry, project: string): boolean {
    return kind === "group" ? coveredBy([path])(project) : pathKey(path) === pathKey(project);
}

/** When a job last got in by an entry, in milliseconds; undefined when never or not known. */
export function lastUseOf({ list }: Producer, entry: Entry): number | undefined {
    const times = Object.entries(list?.lastUsed ?? {}).flatMap(([path, time]) => (covers(entry, path) ? [time] : []));
    return times.length === 0 ? undefined : Math.max(...times);
}

/** The entry, or other reason, by which a consumer gets in; undefined when it does not. */
export function wayIn(
    producer: Producer,
    consumer: string,
    kinds: readonly ReferenceKind[] = ["image"],
): Via | undefined {
    const { list } = producer;
    if (list?.enabled === false) return { kind: "open" };
    const entries = list === undefined ? [] : entriesOf(list).filter((entry) => covers(entry, consumer));
    if (entries.length > 0) {
        // GitLab looks at the nearest: the project's own, then the deepest group's.
        const { kind, path } = entries.reduce((best, one) => (one.path.length > best.path.length ? one : best));
        return kind === "project" ? { kind } : { kind, group: path };
    }
    return kinds.every((kind) => isVisible(producer, kind)) ? { kind: "visible" } : undefined;
}

/** What is asked of the container registry. */
export const PULLS: readonly ReferenceKind[] = ["image", "service", "from", "pull"];

/** Whether everybody's jobs may use it without an entry: what GitLab shows to any visitor or user anyway. */
function isVisible({ visibility, registry }: Producer, kind: ReferenceKind): boolean {
    if (visibility === "private") return false;
    return PULLS.includes(kind) ? registry === "enabled" : true;
}

/** The text that stands for a way in. */
export function describeVia(via: Via, visibility: Producer["visibility"] = "public"): string {
    if (via.kind === "project") return "its own entry";
    if (via.kind === "group") return `group ${via.group}`;
    return via.kind === "open" ? "the list is off" : `the project is ${visibility}`;
}
