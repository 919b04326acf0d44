import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { extendStack } from "../../components/fleet/config/shared-files";
import {
    findStackFiles,
    projectFileIn,
    readProject,
    stackFileName,
    stackFolder,
} from "../../components/fleet/config/stack-files";
import { LARGEST_STACK_FILE, readYamlFile } from "../../components/fleet/config/yaml-file";
import { toApiUrl } from "../../core/runner-url";
import { Failed } from "../exit";
import type { Io } from "../io";
import { type Declared, declaredIn } from "./declared";
import { asMap } from "./reading/ci-config";

/** What a stack's file declares, with its shared files. `named` is the file, or the stack's name. */
export function readStack(io: Io, named: string): Declared[] {
    const file = findFile(named);
    const values = valuesIn(file);
    if (!Object.keys(values).some((key) => key.startsWith("gitlab-fleet:"))) {
        io.err(`${file} declares nothing: it has no key below gitlab-fleet:. Is it a stack's file?\n`);
    }
    return declaredIn(values);
}

/** What the stacks of the current project declare in a GitLab, by stack. A stack that names no GitLab may use any. */
export function readStacksHere(io: Io, server: string): Map<string, Declared[]> {
    const root = process.cwd();
    const found = new Map<string, Declared[]>();
    for (const [stack, name] of projectFileIn(root) === undefined ? [] : findStackFiles(root)) {
        try {
            const values = valuesIn(relative(root, join(stackFolder(root), name)));
            const { "gitlab:baseUrl": url } = values;
            if (typeof url !== "string" || toApiUrl(url) === toApiUrl(server)) found.set(stack, declaredIn(values));
        } catch (error) {
            if (!(error instanceof Failed)) throw error;
            io.err(`${error.message} Until then it is not known what stack ${stack} declares.\n`);
        }
    }
    return found;
}

function valuesIn(file: string): Record<string, unknown> {
    const read = readYamlFile(file, LARGEST_STACK_FILE);
    if ("reason" in read) {
        const at = read.line === undefined ? file : `${file}:${read.line}`;
        throw new Failed(`${at}: ${read.reason}. Correct the ${read.missing ? "path" : "file"}.`);
    }
    const { values, problems } = extendStack({ config: asMap(read.value.config) }, () => dirname(file));
    if (problems.length > 0) {
        const words = problems.map(({ path, message }) => `${path} ${message}`);
        throw new Failed(`${file} cannot be read: ${words.join(" ")}`);
    }
    return values;
}

/** Whether a name means a file, even a missing one, which reading reports. `acme/fleet/prod` is a stack to Pulumi. */
export function isFile(named: string): boolean {
    return existsSync(named) || /^[./~]|\\|\.ya?ml$/.test(named);
}

function findFile(named: string): string {
    if (isFile(named)) return named;
    const root = process.cwd();
    const project = readProject(root);
    if (project === undefined) {
        throw new Failed(
            `There is no file ${named}. Give --stack a Pulumi.<stack>.yaml, or a stack's name in the folder of Pulumi.yaml.`,
        );
    }
    const file = join(stackFolder(root, project), stackFileName(root, named));
    if (!existsSync(file)) throw new Failed(`There is no file ${named}, and of a stack of that name no ${file}.`);
    return file;
}
