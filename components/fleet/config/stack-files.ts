import { existsSync, readdirSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { attempt } from "../../../core/attempt";
import { type Problem, warning } from "../../../core/problems";
import { isMap } from "../../../core/values";
import { extendStack } from "./shared-files";
import { readYamlFile, type YamlFile } from "./yaml-file";

/** A stack's configuration as written in its file and shared files: full keys, and `secure` for encrypted values. */
export type StackFile = Record<string, unknown>;

// Reading the neighbours must not take longer than the preview itself.
const LARGEST = 128 * 1024;

/** Name of the project file in a folder, found as Pulumi finds it; undefined if there is none. */
export function projectFileIn(root: string): string | undefined {
    return ["Pulumi.yaml", "Pulumi.yml"].find((file) => existsSync(join(root, file)));
}

/** The project file of a folder; undefined if there is none that can be read. */
export function readProject(root: string): (YamlFile & { name: string }) | undefined {
    const name = projectFileIn(root);
    const file = name === undefined ? undefined : readYamlFile(join(root, name), LARGEST);
    return file === undefined || "reason" in file ? undefined : { ...file, name: name! };
}

export function stackFolder(root: string, project = readProject(root)): string {
    const folder = project?.value.stackConfigDir;
    return join(root, typeof folder === "string" ? folder : "");
}

/** The last part of a stack's name, which is in the name of its file: `prod` of `acme/fleet/prod`. */
export function shortName(stack: string): string {
    return stack.slice(stack.lastIndexOf("/") + 1);
}

/** File names by stack: those that Pulumi reads, which have the same extension as the project file. */
export function findStackFiles(root: string, project = readProject(root)): Map<string, string> {
    return stackFilesIn(stackFolder(root, project), project);
}

/** Files next to the project file with names of stack files, if Pulumi only reads those of another folder. */
export function findUnreadFiles(root: string, project = readProject(root)): Map<string, Problem> {
    const folder = relative(root, stackFolder(root, project));
    const files = folder === "" ? [] : [...stackFilesIn(root, project)];
    return new Map(
        files.map(([stack, name]) => {
            const message = `${name} beside ${project?.name} is not read: the stacks' files are in ${folder} (stackConfigDir). `;
            return [stack, warning("", `${message}Move it there, or remove it.`)];
        }),
    );
}

function stackFilesIn(folder: string, project: { name: string } | undefined): Map<string, string> {
    const ending = endingOf(project);
    const files = attempt(() => readdirSync(folder).sort()) ?? [];
    const names = files.filter((name) => name.endsWith(ending));
    return new Map(
        names.flatMap((name) => {
            const stack = name.slice("Pulumi.".length, -ending.length);
            return name.startsWith("Pulumi.") && stack !== "" ? [[stack, name]] : [];
        }),
    );
}

/** Name of a stack's file, whether or not it exists. */
export function stackFileName(root: string, stack: string): string {
    return `Pulumi.${shortName(stack)}${endingOf(readProject(root))}`;
}

function endingOf(project: { name: string } | undefined): string {
    return extname(project?.name ?? "Pulumi.yaml");
}

/** The configurations of a project's stacks, by stack. Files that cannot be read, or are very large, are left out. */
export function readStackFiles(root: string): Map<string, StackFile> {
    const found = new Map<string, StackFile>();
    const project = readProject(root);
    if (project === undefined) return found;
    const folder = stackFolder(root, project);
    for (const [stack, name] of findStackFiles(root, project)) {
        const file = readYamlFile(join(folder, name), LARGEST);
        if ("reason" in file || !isMap(file.value.config)) continue;
        found.set(stack, extendStack({ config: file.value.config }, () => folder).values);
    }
    return found;
}
