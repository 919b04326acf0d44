import { basename, dirname, join } from "node:path";
import { OURS } from "../../components/fleet/config/known";
import { findOrigin, type Layer, type Origin } from "../../components/fleet/config/layers";
import { keysIn } from "../../components/fleet/config/path-keys";
import { type Extended, extendStack } from "../../components/fleet/config/shared-files";
import { parseYamlFile } from "../../components/fleet/config/yaml-file";
import { attempt } from "../../core/attempt";
import { isMap, memberOf } from "../../core/values";
import type { StackFileText } from "./stack-file";
import type { Message } from "./summary";

const MEMBERS = String.raw`(?:\.[\w-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*`;
/** `gitlab-fleet:runners.small.config.limit`: how messages about a stack's file name a value. */
const IN_FILE = new RegExp(String.raw`(?<![\w:'.-])gitlab(?:-fleet)?:[A-Za-z]\w*${MEMBERS}`);
/** `workers.small.limit`: how policies name a value of a manager. */
const IN_MANAGER = new RegExp(String.raw`\bworkers(${MEMBERS})`);

/** Whether a line begins with the path of a value in the stack's file. */
export function isPlaced(line: string): boolean {
    return IN_FILE.exec(line.trim())?.index === 0;
}

/** The place of a message's value: a line, and a file with a path like the stack file's, relative to the repository. */
export interface Location {
    path: string;
    line: number;
}

/**
 * Finds the place that a message is about: that of the value it names, in the stack's file or a shared file; otherwise
 * that of the resource's name; otherwise the first line.
 */
export function locateIn({ path, text, folder }: StackFileText): (message: Message) => Location {
    const config = readConfig(text, basename(path), folder);
    return (message) => {
        const origin = config && originOf(message, config);
        if (origin === undefined) return { path, line: lineOfName(text, message) };
        const at = origin.file === basename(path) ? path : join(dirname(path), origin.file);
        return { path: at, line: origin.line ?? 1 };
    };
}

/** The file's values merged with those of its shared files; undefined if it cannot be read. */
function readConfig(text: string, file: string, folder: string): Extended | undefined {
    const parsed = parseYamlFile(text, { merge: true });
    if ("reason" in parsed) return undefined;
    const config = isMap(parsed.value.config) ? parsed.value.config : {};
    const own: Layer = { file, config, lineOf: (keys) => parsed.lineOf(["config", ...keys]) };
    return extendStack(own, () => folder);
}

function originOf(message: Message, { values, layers }: Extended): Origin | undefined {
    const path = pathOf(message);
    const found = path === undefined ? undefined : findOrigin(layers, path);
    if (found !== undefined) return found;
    const [named] = namesIn(message).flatMap((name) =>
        SECTIONS.filter((section) => hasMember(values[section], name)).map((section) => memberOf(section, name)),
    );
    return named === undefined ? undefined : findOrigin(layers, named);
}

const SECTIONS = ["runners", "managers", "registries", "exclusive"].map((section) => OURS + section);

function hasMember(value: unknown, name: string): boolean {
    return isMap(value) && Object.hasOwn(value, name);
}

/** The path of the value that a message names; undefined if it names none, or not a valid path. */
function pathOf({ lines: [first = ""] }: Message): string | undefined {
    const [inFile] = IN_FILE.exec(first) ?? [];
    const [, inManager = ""] = IN_MANAGER.exec(first) ?? [];
    const keys = attempt(() => keysIn(inFile ?? inManager));
    if (inFile !== undefined) return keys && inFile;
    const [runner, ...rest] = keys ?? [];
    return typeof runner === "string" ? memberOf(`${OURS}runners`, runner, "config", ...rest) : undefined;
}

function lineOfName(text: string, message: Message): number {
    const names = namesIn(message);
    const at = text.split("\n").findIndex((line) => {
        const key = line.trim().replace(/^["']|["']?:.*$/g, "");
        return line.includes(":") && names.includes(key);
    });
    return at + 1 || 1;
}

/** Names that the resource may have in a file. */
function namesIn({ name, lines }: Message): string[] {
    const named = /"([^"\n]+)"|runner (\S+)/.exec(lines[0] ?? "");
    return [name, named?.[1] ?? "", named?.[2] ?? ""].filter((one) => one !== "");
}
