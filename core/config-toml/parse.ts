import type * as SmolToml from "smol-toml";
import { nanosecondsToDuration } from "../durations";
import { type Problem, error as problem } from "../problems";
import { isMap, mapParts, mapValues, memberOf, show } from "../values";
import { whyNot } from "./check-values";
import { specBeside } from "./fleeting";
import { featureFlags, type KeySpec, type TableSpec, tableSpec } from "./key-table";
import { findLines, parseToml, type Step } from "./toml-lines";
import type { GlobalConfig, ManagerConfig, WorkerConfig, WorkerEntry } from "./types";
import type { Moment } from "./types.generated";

/** A worker that was read from a file, with what only an existing file contains. */
export interface ParsedWorker extends WorkerEntry {
    /** When the token was issued, if gitlab-runner stored it. Never rendered. */
    token_obtained_at?: Moment;
    /** When the token expires, if gitlab-runner stored it. Never rendered. */
    token_expires_at?: Moment;
}

/** A `config.toml` that was read from a file. Unknown keys are in `extra`, at the place where they were. */
export interface ParsedConfig extends ManagerConfig {
    /** The workers, in the file's order. */
    workers: ParsedWorker[];
}

/** A `config.toml` that gitlab-runner could not load either. */
export class ConfigTomlError extends Error {
    override readonly name = "ConfigTomlError";

    /** @param problems - what is wrong; paths begin with the line, as in `line 4: runners[0].limit` */
    constructor(readonly problems: readonly Problem[]) {
        super(problems.map((problem) => `${problem.path} ${problem.message}`).join("\n"));
    }
}

/**
 * Reads an existing `config.toml` as gitlab-runner does: key names in upper or lower case, durations also as
 * nanoseconds. Throws a ConfigTomlError with all problems, each with its line, if gitlab-runner would refuse the file.
 * Mistakes that gitlab-runner would load are reported by findProblems.
 */
export function parseConfigToml(text: string): ParsedConfig {
    try {
        return read(text);
    } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const message = "is nested deeper than any table of gitlab-runner's. Correct the file.";
        throw new ConfigTomlError([problem("The file", message)]);
    }
}

function read(text: string): ParsedConfig {
    const reader = new Reader(text);
    const top = reader.top();
    // gitlab-runner ignores the case of key names, including this one.
    const list = Object.keys(top).find((key) => key.toLowerCase() === "runners") ?? "runners";
    const { [list]: runners, ...global } = top;
    const { known, extra } = reader.table(global, tableSpec("GlobalTable"), []);
    const workers = reader.workers(runners).map((table, index) => {
        return toWorker(reader.table(table, tableSpec("WorkerTable"), [list, index]));
    });
    reader.finish();
    return { global: withExtra(known, extra) as unknown as GlobalConfig, workers };
}

interface Split {
    known: Record<string, unknown>;
    extra: Record<string, unknown>;
}

function toWorker({ known, extra }: Split): ParsedWorker {
    const { name = "", url = "", token = "", id, token_obtained_at, token_expires_at, ...config } = known;
    const identity = { id, token_obtained_at, token_expires_at };
    const given = Object.entries(identity).filter(([, value]) => value !== undefined);
    return {
        name,
        url,
        token,
        ...Object.fromEntries(given),
        config: withExtra(config, extra) as unknown as WorkerConfig,
    } as ParsedWorker;
}

/** Splits a map into its known entries and, if there are any, its unknown ones. */
function keptApart(map: object, isKnown: (key: string) => boolean): Partial<Split> {
    const entries = Object.entries(map);
    const unknown = entries.filter(([key]) => !isKnown(key));
    return {
        known: Object.fromEntries(entries.filter(([key]) => isKnown(key))),
        extra: unknown.length > 0 ? Object.fromEntries(unknown) : undefined,
    };
}

function withExtra(known: Record<string, unknown>, extra: Record<string, unknown>): Record<string, unknown> {
    return Object.keys(extra).length === 0 ? known : { ...known, extra };
}

class Reader {
    private readonly problems: Problem[] = [];
    private lineOf: ((path: readonly Step[]) => number) | undefined;

    constructor(private readonly text: string) {}

    top(): Record<string, unknown> {
        const { TomlError } = require("smol-toml") as typeof SmolToml;
        try {
            return parseToml(this.text);
        } catch (error) {
            if (!(error instanceof TomlError)) throw error;
            // The parser's message continues with the surrounding lines, which may hold a token.
            const what = error.message.split("\n")[0]!.replace("Invalid TOML document: ", "");
            throw new ConfigTomlError([problem(`line ${error.line}:`, `is not TOML (${what}). Correct the file.`)]);
        }
    }

    finish(): void {
        if (this.problems.length > 0) throw new ConfigTomlError(this.problems);
    }

    workers(runners: unknown): Record<string, unknown>[] {
        if (runners === undefined) return [];
        if (Array.isArray(runners) && runners.every(isMap)) return runners;
        this.report(["runners"], `must be a list of tables (got ${show(runners)}). Write [[runners]].`);
        return [];
    }

    /** Sorts a table's keys into known and unknown ones, and converts their values to our types. */
    table(table: Record<string, unknown>, spec: TableSpec, path: readonly Step[]): Split {
        const known: [string, unknown][] = [];
        const extra: [string, unknown][] = [];
        for (const [written, value] of Object.entries(table)) {
            const key = spec.has(written)
                ? written
                : [...spec.keys()].find((name) => name.toLowerCase() === written.toLowerCase());
            const place = [...path, written];
            if (key === undefined) {
                extra.push([written, this.free(value, place)]);
                continue;
            }
            const read = this.value(value, specBeside(spec.get(key)!, table), place);
            if (read.known !== undefined) known.push([key, read.known]);
            if (read.extra !== undefined) extra.push([key, read.extra]);
        }
        return { known: Object.fromEntries(known), extra: Object.fromEntries(extra) };
    }

    private value(value: unknown, spec: KeySpec, path: readonly Step[]): { known?: unknown; extra?: unknown } {
        if (spec.byPlugin) return this.pluginConfig(value, spec, path);
        if (spec.table !== undefined) return this.tables(value, spec, path);
        if (spec.base === "any") return { known: this.free(value, path) };
        if (path.at(-1) === "feature_flags" && isMap(value)) return this.flags(value, spec, path);
        if (spec.shape === "one") return { known: this.item(value, spec, path) };
        if (spec.shape === "one or list" && typeof value === "string") return { known: value };
        if (spec.shape === "map" || spec.shape === "map of lists") {
            if (!isMap(value)) return this.mistype("must be a table", value, spec, path);
            const inner: KeySpec = { ...spec, shape: spec.shape === "map" ? "one" : "list" };
            return {
                known: Object.fromEntries(
                    Object.entries(value).map(([key, item]) => [key, this.value(item, inner, [...path, key]).known]),
                ),
            };
        }
        if (!Array.isArray(value)) return this.mistype("must be a list", value, spec, path);
        return { known: value.map((item, index) => this.item(item, spec, [...path, index])) };
    }

    private tables(value: unknown, spec: KeySpec, path: readonly Step[]): { known?: unknown; extra?: unknown } {
        const below = tableSpec(spec.table!);
        if (spec.shape === "one") {
            if (!isMap(value)) return this.mistype("must be a table", value, spec, path);
            const { known, extra } = this.table(value, below, path);
            return { known, extra: Object.keys(extra).length > 0 ? extra : undefined };
        }
        if (!Array.isArray(value) || !value.every(isMap))
            return this.mistype("must be a list of tables", value, spec, path);
        const items = value.map((item, index) => this.table(item, below, [...path, index]));
        const last = items.findLastIndex((item) => Object.keys(item.extra).length > 0);
        return {
            known: items.map((item) => item.known),
            extra: last >= 0 ? items.slice(0, last + 1).map((item) => item.extra) : undefined,
        };
    }

    /**
     * gitlab-runner takes any map as a plugin's configuration; keys that GitLab's own plugin does not know still go to
     * `extra`.
     */
    private pluginConfig(value: unknown, spec: KeySpec, path: readonly Step[]): { known?: unknown; extra?: unknown } {
        if (spec.table === undefined || !isMap(value)) return { known: this.free(value, path) };
        const keys = tableSpec(spec.table);
        return keptApart(this.free(value, path) as object, (key) => keys.has(key));
    }

    /** gitlab-runner takes any key as a feature flag; unknown flags still go to `extra`. */
    private flags(flags: Record<string, unknown>, spec: KeySpec, path: readonly Step[]): Partial<Split> {
        const read = mapValues(flags, (value, flag) => this.item(value, spec, [...path, flag]));
        return keptApart(read, (flag) => Object.hasOwn(featureFlags(), flag));
    }

    private item(value: unknown, spec: KeySpec, path: readonly Step[]): unknown {
        if (spec.base === "time") return value instanceof Date ? value.toISOString() : value;
        if (spec.base === "duration" && typeof value === "bigint") return nanosecondsToDuration(Number(value));
        const isWholeFloat = typeof value === "number" && spec.base.startsWith("int");
        const plain = typeof value === "bigint" ? Number(value) : value;
        const wrong = isWholeFloat
            ? ["must be a whole number", "Write it without a point."]
            : whyNot(plain, { base: spec.base, shape: "one" });
        if (wrong !== undefined) this.report(path, `${wrong[0]} (got ${shown(value, spec)}). ${wrong[1]}`);
        return plain;
    }

    /** A value without a known type: only its numbers change. */
    private free(value: unknown, path: readonly Step[]): unknown {
        if (typeof value === "bigint") return this.item(value, { base: "int", shape: "one" }, path);
        return mapParts(value, (part, key) => this.free(part, [...path, key]));
    }

    private mistype(what: string, value: unknown, spec: KeySpec, path: readonly Step[]): { known?: unknown } {
        this.report(path, `${what} (got ${shown(value, spec)}). Correct the file.`);
        return {};
    }

    private report(path: readonly Step[], message: string): void {
        this.lineOf ??= findLines(this.text);
        this.problems.push(problem(`line ${this.lineOf(path)}: ${memberOf("", ...path)}`, message));
    }
}

/** A value of the wrong type, as the file has it: a whole number stays one, however large. */
function shown(value: unknown, { secret }: KeySpec): string {
    if (typeof value !== "bigint") return show(value, secret);
    return secret ? show(Number(value), secret) : String(value);
}
