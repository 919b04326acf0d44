import { parse } from "yaml";
import { coveredBy, pathKey } from "../../core/paths";

/** Access that a stack's configuration declares for one producer. */
export interface Declared {
    /** Full path, or id as text. */
    producer: string;
    projects: string[];
    groups: string[];
    mode: "exclusive" | "additive";
    enabled: boolean;
}

/** Reads `gitlab-fleet:registries` from the text of a `Pulumi.<stack>.yaml`. */
export function readDeclared(text: string): Declared[] {
    const config = asMap(asMap(parse(text)).config);
    return Object.entries(asMap(config["gitlab-fleet:registries"])).map(([producer, value]) => {
        const { consumers, mode, enabled } = asMap(value);
        const { projects, groups } = asMap(consumers);
        return {
            producer,
            projects: texts(projects),
            groups: texts(groups),
            mode: mode === "additive" ? "additive" : "exclusive",
            enabled: enabled !== false,
        };
    });
}

/** Whether the declaration lets a consumer in. `idOf` helps where ids were written. */
export function isDeclared(declared: Declared, consumer: { path: string; id?: number }): boolean {
    if (!declared.enabled) return true;
    const names = new Set([pathKey(consumer.path), String(consumer.id)]);
    return declared.projects.some((entry) => names.has(pathKey(entry))) || coveredBy(declared.groups)(consumer.path);
}

function asMap(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : {};
}

function texts(value: unknown): string[] {
    return Array.isArray(value) ? value.map(String) : [];
}
