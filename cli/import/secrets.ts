import { type KeySpec, tableSpec } from "../../core/config-toml/key-table";
import { entryOf, maybeSecretName } from "../../core/config-toml/secret-leaves";
import { looksSecret, mayHoldSecret } from "../../core/config-toml/secret-shapes";
import { isMap, memberOf } from "../../core/values";

export interface Removed {
    /** Where to set it in the table that is left: `cache.s3.SecretKey`, `environment[2]`. */
    path: string;
    /** What it begins with, where a value has a name in it: `DB_PASSWORD=`. */
    begins?: string;
    /** All of it: no secret, but one of arguments that are set together with one. */
    whole?: string;
}

/** A table without its secrets, and where each belongs. */
export interface Cleaned {
    table: Record<string, unknown>;
    removed: Removed[];
}

/** The key that a value stands under, as gitlab-runner knows it: nothing, for one that it does not. */
interface Standing {
    spec?: KeySpec;
    name: string;
}

/** Keys whose texts are programs or assignments: anything may stand in them. */
const OPEN = /^(environment|.*_script|MachineOptions|env|.*_?args|.*_exec|command|entrypoint|patch)$/;

/**
 * Takes secrets out of a `[[runners]]` table or the top of a config.toml: a stack's configuration is a file in git. What gitlab-runner's
 * own structs call a secret is one, and so is what bears the name or has the shape of one; in tables and lists that are free, nothing that
 * looks like one is taken for harmless.
 */
export function withoutSecrets(table: Record<string, unknown>, kind: "GlobalTable" | "WorkerTable"): Cleaned {
    const removed: Removed[] = [];
    return { table: cleanTable(table, kind, "", removed), removed };
}

function cleanTable(
    table: Record<string, unknown>,
    kind: string | undefined,
    path: string,
    removed: Removed[],
): Record<string, unknown> {
    const known = kind === undefined ? undefined : tableSpec(kind);
    const kept: [string, unknown][] = [];
    for (const [name, value] of Object.entries(table)) {
        const cleaned = clean(value, { spec: known?.get(name), name }, memberOf(path, name), removed);
        if (cleaned !== undefined) kept.push([name, cleaned]);
    }
    return Object.fromEntries(kept);
}

function clean(value: unknown, standing: Standing, path: string, removed: Removed[]): unknown {
    if (Array.isArray(value)) return cleanList(value, standing, path, removed);
    if (isMap(value)) return cleanTable(value, standing.spec?.table, path, removed);
    if (typeof value !== "string" || !isSecret(value, standing)) return value;
    removed.push({ path, ...beginningOf(value) });
    return undefined;
}

/** Lists of `NAME=value`, whose order says nothing. */
const ASSIGNMENTS = /^(environment|MachineOptions)$/;

/**
 * Of assignments what stays moves up, and secrets are set behind it, or setting one would replace what stands in its place. Arguments
 * mean something by their order: a list of them that holds a secret is set as a whole, item by item.
 */
function cleanList(list: readonly unknown[], standing: Standing, path: string, removed: Removed[]): unknown {
    if (list.some(isMap)) return list.map((item, index) => clean(item, standing, memberOf(path, index), removed));
    const items = list.map((item, index) => ({
        item,
        hides: typeof item === "string" && (isSecret(item, standing) || followsOption(list[index - 1])),
    }));
    const asWhole = items.some(({ hides }) => hides) && !ASSIGNMENTS.test(standing.name);
    const kept = items.filter(({ hides }) => !hides && !asWhole).map(({ item }) => item);
    for (const [index, { item, hides }] of items.filter(({ hides }) => hides || asWhole).entries()) {
        const hint = hides ? beginningOf(String(item)) : { whole: String(item) };
        removed.push({ path: memberOf(path, kept.length + index), ...hint });
    }
    return kept.length === 0 && list.length > 0 ? undefined : kept;
}

/** `--password`, whose value is the next of a list of arguments. */
function followsOption(before: unknown): boolean {
    const [, option] = /^--?([A-Za-z][\w-]*)$/.exec(typeof before === "string" ? before : "") ?? [];
    return option !== undefined && (maybeSecretName(option) || /^(u|p|requirepass)$/.test(option));
}

function isSecret(text: string, { spec, name }: Standing): boolean {
    if (text === "") return false;
    if (spec?.secret && spec.shape !== "list") return true;
    if (spec === undefined) return maybeSecretName(name) || mayHoldSecret(text) || isSecretEntry(text);
    return OPEN.test(name) ? mayHoldSecret(text) || isSecretEntry(text) : looksSecret(text);
}

/** An entry of `environment` or of a machine's options, `NAME=value`, with the name of a secret; its value may have spaces. */
function isSecretEntry(text: string): boolean {
    const { name, value } = assignmentOf(text) ?? {};
    return name !== undefined && maybeSecretName(name) && !/^\$\w+$|^\$\{\w+\}$/.test(value!);
}

function beginningOf(text: string): { begins?: string } {
    const { name } = assignmentOf(text) ?? {};
    return name === undefined ? {} : { begins: `${name}=` };
}

function assignmentOf(text: string): { name: string; value: string } | undefined {
    const [, name, value] = /^([A-Za-z][\w.-]{0,99})=(.+)$/s.exec(text) ?? [];
    return entryOf(text) ?? (name === undefined ? undefined : { name, value: value! });
}
