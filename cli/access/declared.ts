import { parse } from "yaml";
import { entryFor } from "./access";
import { asList, asMap } from "./reading/ci-config";

/** Access that a stack's configuration declares for one producer. */
export interface Declared {
    /** Full path, or id as text. */
    producer: string;
    projects: string[];
    groups: string[];
    mode: "exclusive" | "additive";
    enabled: boolean;
}

/** Reads `gitlab-fleet:registries` from the text of a `Pulumi.<stack>.yaml` that shares nothing with others. */
export function readDeclared(text: string): Declared[] {
    return declaredIn(asMap(asMap(parse(text)).config));
}

/** What stands below `gitlab-fleet:registries` of a configuration. */
export function declaredIn(config: Readonly<Record<string, unknown>>): Declared[] {
    return Object.entries(asMap(config["gitlab-fleet:registries"])).map(([producer, value]) => {
        const { consumers, mode, enabled } = asMap(value);
        const { projects, groups } = asMap(consumers);
        return {
            producer,
            projects: asList(projects).map(String),
            groups: asList(groups).map(String),
            mode: mode === "additive" ? "additive" : "exclusive",
            enabled: enabled !== false,
        };
    });
}

/** Whether the declaration lets a consumer in. `idOf` helps where ids were written. */
export function isDeclared(declared: Declared, consumer: { path: string; id?: number }): boolean {
    if (!declared.enabled) return true;
    return entryFor(declared, consumer.path) !== undefined || declared.projects.includes(String(consumer.id));
}
