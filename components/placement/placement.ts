import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../common/problems";
import { error } from "../common/rules";
import { didYouMean } from "../common/suggest";
import { isMap, memberOf, show } from "../common/values";
import { type DockerPlacement, findDockerProblems } from "../docker-manager";

/** A directory of the machine on which `pulumi up` runs, where a gitlab-runner process finds its files. */
export interface DirectoryPlacement {
    /** Absolute, or relative to the folder of `Pulumi.yaml`, for instance `/etc/gitlab-runner`. A change replaces the files. */
    directory: pulumi.Input<string>;
}

/** Where a runner manager's files go. Further placements join this union, each with its own key and file in this folder. */
export type Placement = DirectoryPlacement | DockerPlacement;

/** The files of a runner manager. */
export interface ManagerFileTexts {
    /** Whole text of `config.toml`. Secret. */
    configToml: pulumi.Output<string>;
    /** Content of `.runner_system_id`. */
    systemId: string;
    /** Whether gitlab-runner itself rotates a token in it. */
    rotatedByProcess: boolean;
}

/** What a placement tells about the files it has put in place. */
export interface PlacedFiles {
    /** Path of `config.toml`, as the manager's process sees it. */
    configPath: pulumi.Output<string>;
    /** The processes that read the files: one, or one for each replica. */
    processes: PlacedProcess[];
    /** The same path on this machine, where the process may write the file; absent where it may not. */
    writablePath?: pulumi.Input<string>;
}

/** One gitlab-runner process of a manager. */
export interface PlacedProcess {
    /** The manager's name, and which replica it is. */
    name: string;
    /** Content of its `.runner_system_id`. */
    systemId: pulumi.Input<string>;
    /** Changes when the process is another one; absent where nobody can tell. */
    instance?: pulumi.Output<string>;
    /** What puts its files in place; whatever waits for the process waits for it. */
    files: pulumi.Resource;
}

/** A directory as an absolute path, whatever it was relative to. */
export function toAbsolute(directory: string): string {
    const root = pulumi.getRootDirectory();
    // Older language hosts pass a placeholder; they start the program in the project's folder, though.
    return path.resolve(path.isAbsolute(root) ? root : process.cwd(), directory);
}

const REMEDY = "Write { directory: /etc/gitlab-runner }, or { docker: {} }.";
const KINDS = ["directory", "docker"] as const;

/** What is wrong with a placement as the user wrote it. */
export function findPlacementProblems(value: unknown, where: string): Problem[] {
    if (value === undefined) return [error(where, `is missing. ${REMEDY}`)];
    if (!isMap(value)) return [error(where, `is not a placement (got ${show(value)}). ${REMEDY}`)];
    const problems = Object.keys(value)
        .filter((key) => !KINDS.includes(key as never))
        .map((key) => error(memberOf(where, key), `is not a known key.${didYouMean(key, KINDS)} ${REMEDY}`));
    const { directory, docker } = value;
    if (docker !== undefined) {
        const both = error(where, "is both a directory and docker. Remove one of them.");
        return [
            ...problems,
            ...(directory === undefined ? [] : [both]),
            ...findDockerProblems(docker, memberOf(where, "docker")),
        ];
    }
    if (directory === undefined)
        return problems.length > 0 ? problems : [error(memberOf(where, "directory"), `is missing. ${REMEDY}`)];
    if (typeof directory !== "string") {
        problems.push(
            error(
                memberOf(where, "directory"),
                `must be a text (got ${show(directory)}). Give the path of a directory.`,
            ),
        );
    } else if (directory.trim() === "") {
        problems.push(
            error(
                memberOf(where, "directory"),
                `must not be empty (got ${show(directory)}). Give the path of a directory.`,
            ),
        );
    }
    return problems;
}
