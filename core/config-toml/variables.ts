import { isMap, memberOf } from "../values";
import { isKnownTable } from "./check-values";
import { type TableSpec, tableSpec } from "./key-table";

/*
 * Who expands `$NAME` and `${NAME}`, according to gitlab-runner 19.4's source:
 * - The values of `[[runners]] environment` are variables of each job, and are expanded with all of that job's
 *   variables (common/config.go `GetVariables`, common/build.go `GetAllVariables`, common/spec/variables.go `Expand`),
 *   never with the environment of the gitlab-runner process.
 * - So are images, volumes and labels of the docker and kubernetes executors (executors/.../`ExpandValue`).
 * - `token` and `url` are expanded with the process's environment (common/config.go `loadConfig`), and are refused
 *   here.
 * - Nothing above the first `[[runners]]`, nothing below `[runners.cache]`, and no password or key is expanded.
 * Pulumi expands nothing in a stack's configuration.
 */

/** One `${NAME}` that is not replaced, or is replaced by nothing. */
export interface Unexpanded {
    path: string;
    /** As written: `${NAME}`. */
    text: string;
    why: string;
}

const NOBODY = "nothing puts a value in its place, neither Pulumi nor gitlab-runner";

/** Variables in `config.toml` that are never expanded. */
export function findUnexpanded(global: unknown, globalPath: string): Unexpanded[] {
    if (!isKnownTable(global)) return [];
    const { extra: _, ...table } = global;
    return walk(table, tableSpec("GlobalTable"), globalPath, false);
}

/** Variables in a worker's table that are never expanded, or only in jobs that happen to define them. */
export function findUnexpandedInWorker(worker: Record<string, unknown>, path: string): Unexpanded[] {
    const { extra: _, environment, ...table } = worker;
    return [
        ...inEnvironment(environment, memberOf(path, "environment")),
        ...walk(table, tableSpec("WorkerTable"), path, true),
    ];
}

function walk(value: unknown, spec: TableSpec, path: string, secretsOnly: boolean): Unexpanded[] {
    if (!isMap(value)) return [];
    return Object.entries(value).flatMap(([key, item]) => {
        const where = memberOf(path, key);
        const known = spec.get(key);
        if (known?.table !== undefined) {
            // Nothing expands the settings of a worker's cache.
            const only = secretsOnly && known.table !== "CacheConfig";
            const below = tableSpec(known.table);
            return Array.isArray(item)
                ? item.flatMap((one, index) => walk(one, below, memberOf(where, index), only))
                : walk(item, below, where, only);
        }
        // The environment of services is expanded with the job's variables, too.
        if (key === "environment" || (secretsOnly && known?.secret !== true)) return [];
        return textsIn(item, where).flatMap(([at, text]) =>
            whole(text).map((name) => ({ path: at, text: name, why: NOBODY })),
        );
    });
}

function textsIn(value: unknown, path: string): [path: string, text: string][] {
    if (typeof value === "string") return [[path, value]];
    return Array.isArray(value) ? value.flatMap((item, index) => textsIn(item, memberOf(path, index))) : [];
}

// Names of variables that every job gets from GitLab, gitlab-runner or the executors.
const OF_EVERY_JOB = /^(CI|GITLAB|FF|RUNNER|GIT|KUBERNETES)(_|$)/;

function inEnvironment(environment: unknown, path: string): Unexpanded[] {
    if (!Array.isArray(environment)) return [];
    const entries = environment.map((entry) => (typeof entry === "string" ? entry : ""));
    const names = entries.map((entry) => entry.split("=", 1)[0]!);
    return entries.flatMap((entry, index) =>
        variablesIn(entry.slice(names[index]!.length))
            .filter((text) => {
                const name = text.replace(/[${}]/g, "");
                return !OF_EVERY_JOB.test(name) && !names.some((other, at) => at !== index && other === name);
            })
            .map((text) => ({
                path: memberOf(path, index),
                text,
                why: "gitlab-runner looks for it among the variables of each job, never in its own environment or in that of `pulumi up`: a job that has none of this name gets nothing in its place",
            })),
    );
}

/** Every `$NAME` and `${NAME}` in a text; `$$` is a dollar sign. */
export function variablesIn(text: string): string[] {
    return text.replaceAll("$$", "").match(/\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/g) ?? [];
}

/** Every `${NAME}`, and `$NAME` only if it is the whole text: a password may well contain a dollar sign. */
function whole(text: string): string[] {
    return variablesIn(text).filter((found) => found.startsWith("${") || found === text);
}
