import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isMap } from "../../../core/values";

/** A stack's configuration as it stands in its file: full keys, and `secure` where a value is encrypted. */
export type StackFile = Record<string, unknown>;

// A look at the neighbours must not take longer than the preview itself.
const LARGEST = 128 * 1024;

/** The configuration files of a project's stacks, by stack. What cannot be read, or is very large, is left out. */
export function readStackFiles(root: string): Map<string, StackFile> {
    const found = new Map<string, StackFile>();
    const project = readYaml(join(root, "Pulumi.yaml"));
    if (project === undefined) return found;
    const folder = join(root, typeof project.stackConfigDir === "string" ? project.stackConfigDir : "");
    for (const name of filesOf(folder)) {
        const [, stack] = /^Pulumi\.(.+)\.ya?ml$/.exec(name) ?? [];
        const config = stack === undefined ? undefined : readYaml(join(folder, name))?.config;
        if (isMap(config)) found.set(stack!, config);
    }
    return found;
}

function filesOf(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

function readYaml(file: string): Record<string, unknown> | undefined {
    try {
        if (statSync(file).size > LARGEST) return undefined;
        // Loaded when it is needed: an `up` reads no file of its own.
        const { parse } = require("yaml") as typeof import("yaml");
        const value: unknown = parse(readFileSync(file, "utf8"));
        return isMap(value) ? value : undefined;
    } catch {
        return undefined;
    }
}
