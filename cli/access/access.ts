import { coveredBy, pathKey } from "../../core/paths";
import type { ReferenceKind } from "./references";

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

/** The entry, or other reason, by which a consumer gets in; undefined when it does not. */
export function wayIn(
    producer: Producer,
    consumer: string,
    kinds: readonly ReferenceKind[] = ["image"],
): Via | undefined {
    const { list } = producer;
    if (list !== undefined) {
        if (!list.enabled) return { kind: "open" };
        if (list.projects.some((path) => pathKey(path) === pathKey(consumer))) return { kind: "project" };
        const nearest = list.groups
            .filter((group) => coveredBy([group])(consumer))
            .reduce((best, group) => (group.length > best.length ? group : best), "");
        if (nearest !== "") return { kind: "group", group: nearest };
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
