import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../../core/config-toml/settings";
import { error, findUnknownKeys, type Problem } from "../../../core/problems";
import { isMap, memberOf, show } from "../../../core/values";
import type { Reach } from "../../runner/served-by";
import type { DirectoryPlacement } from "./directory/args";
import { type DockerPlacement, findDockerProblems } from "./docker";

/** Where a runner manager's files go. Further placements join this union, each with its own key and file in this folder. */
export type Placement = DirectoryPlacement | DockerPlacement;

/** The files of a runner manager. */
export interface ManagerFileTexts {
    /** Whole text of `config.toml`. Secret. */
    configToml: pulumi.Output<string>;
    /** What it says, without its secrets. */
    settings: Settings;
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
    /** What `up` reaches before it changes the runners that the manager serves, or resets their tokens. */
    reach: Reach;
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
/** What goes with a directory. */
const DIRECTORY_KEYS = ["sharedBetweenMachines", "takeOverFrom"] as const;

/** What is wrong with a placement as the user wrote it. */
export function findPlacementProblems(value: unknown, where: string): Problem[] {
    if (value === undefined) return [error(where, `is missing. ${REMEDY}`)];
    if (!isMap(value)) return [error(where, `is not a placement (got ${show(value)}). ${REMEDY}`)];
    const problems = findUnknownKeys(value, ["directory", "docker", ...DIRECTORY_KEYS], where, REMEDY);
    const { directory, docker } = value;
    if (docker !== undefined) {
        const both = error(where, "is both a directory and docker. Remove one of them.");
        return [
            ...problems,
            ...(directory === undefined ? [] : [both]),
            ...DIRECTORY_KEYS.filter((key) => value[key] !== undefined).map((key) =>
                error(memberOf(where, key), `goes with a directory (got ${show(value[key])}). Remove it.`),
            ),
            ...findDockerProblems(docker, memberOf(where, "docker")),
        ];
    }
    if (directory === undefined)
        return problems.length > 0 ? problems : [error(memberOf(where, "directory"), `is missing. ${REMEDY}`)];
    const wrong =
        typeof directory !== "string" ? "must be a text" : directory.trim() === "" ? "must not be empty" : undefined;
    if (wrong !== undefined) {
        const text = `${wrong} (got ${show(directory)}). Give the path of a directory.`;
        problems.push(error(memberOf(where, "directory"), text));
    }
    return [...problems, ...findOwnershipProblems(value, where)];
}

function findOwnershipProblems(
    { sharedBetweenMachines, takeOverFrom }: Record<string, unknown>,
    where: string,
): Problem[] {
    const problems: Problem[] = [];
    if (sharedBetweenMachines !== undefined && typeof sharedBetweenMachines !== "boolean") {
        const text = `must be true or false (got ${show(sharedBetweenMachines)}). Correct it.`;
        problems.push(error(memberOf(where, "sharedBetweenMachines"), text));
    }
    if (
        takeOverFrom !== undefined &&
        !(typeof takeOverFrom === "string" && /^[^/\s]+\/[^/\s]+\/\S/.test(takeOverFrom))
    ) {
        const text = `must be <project>/<stack>/<manager>, as the error about the directory says it (got ${show(takeOverFrom)}). Correct it.`;
        problems.push(error(memberOf(where, "takeOverFrom"), text));
    }
    return problems;
}
