import { existsSync, readdirSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { attempt } from "../../../core/attempt";
import { type Problem, warning } from "../../../core/problems";
import { isMap } from "../../../core/values";
import { extendStack } from "./shared-files";
import { readYamlFile, type YamlFile } from "./yaml-file";

/** A stack's configuration as it stands in its file and its shared files: full keys, and `secure` where a value is encrypted. */
export type StackFile = Record<string, unknown>;

// A look at the neighbours must not take longer than the preview itself.
const LARGEST = 128 * 1024;

/** Name of the project file in a folder, as Pulumi looks for it; undefined where there is none. */
export function projectFileIn(root: string): string | undefined {
    return ["Pulumi.yaml", "Pulumi.yml"].find((file) => existsSync(join(root, file)));
}

/** The project file of a folder; undefined where there is none that can be read. */
export function readProject(root: string): (YamlFile & { name: string }) | undefined {
    const name = projectFileIn(root);
    const file = name === undefined ? undefined : readYamlFile(join(root, name), LARGEST);
    return file === undefined || "reason" in file ? undefined : { ...file, name: name! };
}

export function stackFolder(root: string, project = readProject(root)): string {
    const folder = project?.value.stackConfigDir;
    return join(root, typeof folder === "string" ? folder : "");
}

/** The last part of a stack's name, which its file is called by: `prod` of `acme/fleet/prod`. */
export function shortName(stack: string): string {
    return stack.slice(stack.lastIndexOf("/") + 1);
}

/** Names of a project's stack files, by stack: those that Pulumi reads, which end as the project's own file does. */
export function findStackFiles(root: string, project = readProject(root)): Map<string, string> {
    return stackFilesIn(stackFolder(root, project), project);
}

/** What has the name of a stack's file beside the project file, by stack, where Pulumi reads those of another folder alone. */
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

/** The name that a stack's file has, or would have. */
export function stackFileName(root: string, stack: string): string {
    return `Pulumi.${shortName(stack)}${endingOf(readProject(root))}`;
}

function endingOf(project: { name: string } | undefined): string {
    return extname(project?.name ?? "Pulumi.yaml");
}

/** The configurations of a project's stacks, by stack. What cannot be read, or is very large, is left out. */
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
