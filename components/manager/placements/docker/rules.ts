import { isEventual } from "../../../../core/later";
import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show } from "../../../../core/values";
import { DEFAULT_DRAIN_TIMEOUT } from "./args";
import { findDockerConflicts } from "./problems";
import { findTraitProblems, traitsOf } from "./traits";

/** What a manager's docker rules look at. */
export interface DockerInput {
    /** The manager's name, which containers are named after. */
    name: string;
    /** The placement, whichever it is; its own mistakes are found elsewhere. */
    placement: unknown;
    /** GitLab-wide keys of `config.toml`. */
    global: unknown;
    /** The workers: the runner's name, its longest job in seconds, and the table. */
    workers: readonly { runner: string; maximumTimeout?: unknown; config: unknown }[];
    /** How long jobs may take to end. */
    drainTimeout: unknown;
}

/** Where the user wrote each part. */
export interface DockerPaths {
    placement: string;
    drainTimeout: string;
    global: string;
    worker(index: number): string;
}

/** What of a manager does not fit its placement on Docker, and what of Docker was given to another placement. */
export function findDockerMisfits(input: DockerInput, paths: DockerPaths): Problem[] {
    const { placement, drainTimeout } = input;
    if (!isMap(placement) || !isMap(placement.docker)) {
        const wrong =
            isMap(placement) && !isEventual(placement) && !("docker" in placement) && drainTimeout !== undefined;
        return wrong
            ? [error(paths.drainTimeout, `is for placement.docker only (got ${show(drainTimeout)}). Remove it.`)]
            : [];
    }
    const declared = { global: input.global, workers: input.workers.map(({ config }) => config) };
    const unknown = findTraitProblems(declared, paths.global, paths.worker);
    if (unknown.length > 0) return unknown;
    const longest = input.workers.map(({ runner, maximumTimeout }) => [
        runner,
        typeof maximumTimeout === "number" ? maximumTimeout : undefined,
    ]);
    const conflicts = findDockerConflicts(placement.docker, memberOf(paths.placement, "docker"), {
        traits: traitsOf(declared),
        drainTimeout: drainTimeout ?? DEFAULT_DRAIN_TIMEOUT,
        drainPath: paths.drainTimeout,
        longestJobs: Object.fromEntries(longest),
    });
    return [...findUnfitName(input.name, placement.docker, memberOf(paths.placement, "docker")), ...conflicts];
}

/** A manager may have any name, a container not. Project and stack names fit anyway. */
function findUnfitName(name: string, { containerName }: Record<string, unknown>, path: string): Problem[] {
    if (containerName !== undefined || /^[\w.-]+$/.test(name)) return [];
    return [
        error(
            memberOf(path, "containerName"),
            `is missing, and the manager's name does not fit a container (got ${show(name)}). Give one of letters, digits, _, . and -.`,
        ),
    ];
}
