import { readdirSync, realpathSync } from "node:fs";
import { isAbsolute, join, normalize, relative } from "node:path";
import { attempt } from "../../../core/attempt";
import { error, type Problem } from "../../../core/problems";
import { didYouMean } from "../../../core/suggest";
import { ENCRYPTED, isMap, mapParts, mapValues, memberOf, show } from "../../../core/values";
import { knownOf, OURS, toKnown } from "./known";
import { findOrigin, type Layer, mergeLayers, type Origin } from "./layers";
import { findMisplacedKeys, findMisplacedTops } from "./misplaced";
import { isEncrypted } from "./secure";
import { readYamlFile } from "./yaml-file";

/** A stack's configuration merged with its shared files. */
export interface Extended {
    /** Values by full key; those that only Pulumi reads are unchanged. */
    values: Record<string, unknown>;
    /** Where the values come from, the stack's own last. */
    layers: Layer[];
    /** Problems of the shared files, and of how they are used. */
    problems: PlacedProblem[];
    /** Whether all shared files could be read. If not, what the stack declares is unknown. */
    complete: boolean;
}

/** Puts the shared files that a stack names below its own values. `folder` returns their folder, only if needed. */
export function extendStack(own: Layer, folder: () => string): Extended {
    const { [EXTENDS]: named } = toKnown(own.config);
    if (named === undefined) return { values: own.config, layers: [own], problems: [], complete: true };
    const { layers: shared, problems, complete } = readSharedFiles(folder(), named);
    const config = mapValues(own.config, (value, key) => (key.startsWith(OURS) ? toOwnValue(value) : value));
    const layers = [...shared, { ...own, config }];
    const values = withoutNulls(mergeLayers(layers), "", (path, message) => {
        // A file that could not be read may set it.
        if (complete) problems.push({ ...error(path, message), origin: findOrigin(layers, path) });
    });
    return { values, layers, problems, complete };
}

/** Pulumi passes a key whose whole value is null as an empty text. */
function toOwnValue(value: unknown): unknown {
    return value === "" ? null : knownOf(value);
}

/** Removes and reports each `null` that is left after the merge: it removed nothing, so something else was meant. */
function withoutNulls(
    map: Record<string, unknown>,
    path: string,
    report: (path: string, message: string) => void,
): Record<string, unknown> {
    const siblings = Object.keys(map).filter((key) => map[key] !== null);
    const entries = Object.entries(map).flatMap(([key, value]): [string, unknown][] => {
        const where = path === "" ? key : memberOf(path, key);
        if (path === "" && !key.startsWith(OURS)) return [[key, value]];
        if (isMap(value)) return [[key, withoutNulls(value, where, report)]];
        if (value !== null) return [[key, value]];
        // There are too few sections for a suggestion: the nearest one may be there on purpose.
        const remedy = (path !== "" && didYouMean(key, siblings)) || " Remove it, or give it a value.";
        report(where, `removes what a shared file says, but none says it (got null).${remedy}`);
        return [];
    });
    return Object.fromEntries(entries);
}

/** A problem, and where the value that it is about was written, if known. */
export interface PlacedProblem extends Problem {
    origin?: Origin;
}

/** The key under which a stack names its shared files. */
export const EXTENDS = `${OURS}extends`;
const STACK_FILE = /^Pulumi\..+\.ya?ml$|^Pulumi\.ya?ml$/;
const LARGEST = 1024 * 1024;

type Shared = Omit<Extended, "values">;

/** Reads the files that `gitlab-fleet:extends` names, from the stacks' folder. Its type is checked elsewhere. */
function readSharedFiles(folder: string, names: unknown): Shared {
    const files = (Array.isArray(names) ? names : []).map((name: unknown, index): Shared => {
        if (typeof name !== "string") return { layers: [], problems: [], complete: true };
        const path = memberOf(EXTENDS, index);
        const first = (names as unknown[]).indexOf(name);
        if (first === index) return readSharedFile(folder, name, path);
        const message = `repeats ${memberOf(EXTENDS, first)} (got ${show(name)}). Remove one of them.`;
        return { layers: [], problems: [error(path, message)], complete: true };
    });
    return {
        layers: files.flatMap(({ layers }) => layers),
        problems: files.flatMap(({ problems }) => problems),
        complete: files.every(({ complete }) => complete),
    };
}

/** @param path where the file's name was written */
function readSharedFile(folder: string, name: string, path: string): Shared {
    const wrong = whyNotShared(folder, name);
    if (wrong !== undefined) return { layers: [], problems: [error(path, wrong)], complete: false };
    const file = readYamlFile(join(folder, name), LARGEST);
    if ("reason" in file) {
        const origin = file.line === undefined ? undefined : { file: name, line: file.line };
        const problem = { ...error(path, explainUnreadable(folder, name, file)), origin };
        return { layers: [], problems: [problem], complete: false };
    }
    const { value, lineOf } = file;
    const { config = {} } = value;
    const problems = findTopProblems(value, (...keys) => ({ file: name, line: lineOf(keys) }));
    if (!isMap(config)) return { layers: [], problems, complete: true };
    const layer: Layer = { file: name, config: {}, lineOf: (keys) => lineOf(["config", ...keys]) };
    return { layers: [{ ...layer, config: ownOnly(config, layer, problems) }], problems, complete: true };
}

function whyNotShared(folder: string, name: string): string | undefined {
    const got = `(got ${show(name)})`;
    if (name.trim() === "") return `must not be empty ${got}. Name a file beside the stacks' files.`;
    const remedy = "Name a file beside the stacks' files, such as common.yaml.";
    const real = realName(folder, name);
    if ([name, real].some((path) => path === "" || isAbsolute(path) || path.split(/[\\/]/).includes(".."))) {
        return `must lie in the folder of the stacks' files ${got}. ${remedy}`;
    }
    if ([normalize(name), real].some((path) => STACK_FILE.test(path)))
        return `is a file of Pulumi's own ${got}. Put what is shared into a file of another name.`;
    return undefined;
}

/** A shared file's name with links resolved, relative to the stacks' folder: a link may lead even to a stack's file. */
function realName(folder: string, name: string): string {
    return attempt(() => relative(realpathSync(folder), realpathSync(join(folder, name)))) ?? normalize(name);
}

function explainUnreadable(
    folder: string,
    name: string,
    { reason, missing }: { reason: string; missing?: boolean },
): string {
    const remedy = missing
        ? didYouMean(name, candidatesIn(folder)) ||
          " Correct the name: it is relative to the folder of the stacks' files."
        : " Correct the file.";
    return `names a file that ${reason} (got ${show(name)}).${remedy}`;
}

function candidatesIn(folder: string): string[] {
    const names = attempt(() => readdirSync(folder)) ?? [];
    return names.filter((name) => /\.ya?ml$/.test(name) && !STACK_FILE.test(name));
}

function findTopProblems(value: Record<string, unknown>, origin: (...keys: string[]) => Origin): PlacedProblem[] {
    const unknown = Object.keys(value)
        .filter((key) => key !== "config")
        .map((key) => {
            const [misplaced] = findMisplacedTops({ [key]: value[key] });
            const text = "is not read from a shared file. Remove it: a shared file has config: alone.";
            return { ...(misplaced ?? error(memberOf("", key), text)), origin: origin(key) };
        });
    if (value.config === undefined || value.config === null || isMap(value.config)) return unknown;
    const text = `must be a map (got ${show(value.config)}). Write its keys below it, further to the right.`;
    return [...unknown, { ...error("config", text), origin: origin("config") }];
}

/** The keys that a shared file may have; others are reported and left out. */
function ownOnly(config: Record<string, unknown>, { file, lineOf }: Layer, problems: PlacedProblem[]) {
    const refuse = (keys: (string | number)[], text: string) => {
        const path = keys.reduce<string>((parent, key) => (parent === "" ? String(key) : memberOf(parent, key)), "");
        problems.push({ ...error(path, text), origin: { file: file!, line: lineOf?.(keys) } });
    };
    const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
        if (!key.startsWith(OURS)) {
            const [misplaced] = findMisplacedKeys({ [key]: value });
            if (misplaced !== undefined)
                problems.push({ ...misplaced, origin: { file: file!, line: lineOf?.([key]) } });
            else refuse([key], "is in a shared file, but Pulumi reads it from the stack's own. Move it there.");
            return [];
        }
        if (key !== EXTENDS) return [[key, withoutEncrypted(value, [key], refuse)]];
        // An empty list tells editors that the file is only a part.
        if (!(Array.isArray(value) && value.length === 0)) {
            refuse([key], "is in a shared file, which extends no other. Name all files in the stack's own list.");
        }
        return [];
    });
    return Object.fromEntries(entries);
}

function withoutEncrypted(
    value: unknown,
    keys: (string | number)[],
    refuse: (keys: (string | number)[], text: string) => void,
): unknown {
    if (isEncrypted(value)) {
        refuse(keys, "is encrypted, which is for one stack alone. Move it into the stack's own file.");
        return ENCRYPTED;
    }
    return mapParts(value, (part, key) => withoutEncrypted(part, [...keys, key], refuse));
}
