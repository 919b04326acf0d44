import { parseAllDocuments, type Scalar, type SchemaOptions, type YAMLSeq } from "yaml";

/** A mistake in a CI configuration, in GitLab's words. */
export class ConfigProblem extends Error {}

/** A CI configuration, or a part of it. */
export type Config = Record<string, unknown>;

/** An unresolved `!reference [job, key]`. */
class Reference {
    constructor(readonly path: string[]) {}
}

const referenceTag = {
    tag: "!reference",
    collection: "seq" as const,
    resolve: (seq: YAMLSeq): Reference =>
        new Reference(seq.items.map((item) => String((item as Scalar).value ?? item))),
};

const MAX_DEPTH = 10;

/**
 * Reads one file. Resolves merge keys and anchors, and keeps references for later; of duplicate keys, the last counts.
 */
export function parseConfig(text: string): { header?: Config; content: Config } {
    const customTags = [referenceTag] as unknown as NonNullable<SchemaOptions["customTags"]>;
    const documents = [parseAllDocuments(text, { merge: true, uniqueKeys: false, customTags })].flat();
    const values = documents.map((document) => {
        const [error] = document.errors;
        if (error) throw new ConfigProblem(`Invalid configuration format: ${error.message.split("\n")[0]}`);
        return document.toJS({ maxAliasCount: 1000 }) as unknown;
    });
    const [first, second] = values;
    // A document with `spec:` precedes the configuration and declares its inputs.
    const header = values.length === 2 && isConfig(first) && "spec" in first ? first : undefined;
    const content = header === undefined ? first : second;
    if (!isConfig(content)) throw new ConfigProblem("Invalid configuration format");
    return { ...(header && { header }), content };
}

/** Replaces every `!reference` with its target; nested lists are flattened. */
export function resolveReferences(config: Config): Config {
    const resolve = (value: unknown, depth: number): unknown => {
        if (depth > MAX_DEPTH) throw new ConfigProblem("!reference is nested too deeply");
        if (value instanceof Reference) return resolve(targetOf(value, config), depth + 1);
        if (Array.isArray(value)) {
            return value.flatMap((item) => {
                const resolved = resolve(item, depth);
                return item instanceof Reference && Array.isArray(resolved) ? resolved : [resolved];
            });
        }
        if (!isConfig(value)) return value;
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, depth)]));
    };
    return resolve(config, 0) as Config;
}

function targetOf({ path }: Reference, config: Config): unknown {
    const found = path.reduce<unknown>((value, key) => (isConfig(value) ? value[key] : undefined), config);
    if (found === undefined) throw new ConfigProblem(`!reference ${JSON.stringify(path)} could not be found`);
    return found;
}

/** Converts to plain values, and drops `include`, which is already resolved. */
export function toPlain(config: Config): Config {
    const { include: _, ...rest } = config;
    return rest;
}

/** The later value wins; hashes are merged, everything else is replaced. */
export function deepMerge(base: Config, over: Config): Config {
    const merged: Config = { ...base };
    for (const [key, value] of Object.entries(over)) {
        const known = merged[key];
        merged[key] = isConfig(known) && isConfig(value) ? deepMerge(known, value) : value;
    }
    return merged;
}

export function isConfig(value: unknown): value is Config {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Reference);
}
