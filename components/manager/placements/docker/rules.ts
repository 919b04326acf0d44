import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show } from "../../../../core/values";
import type { AroundPaths, ManagerAround } from "../kind";
import { DEFAULT_DRAIN_TIMEOUT } from "./args";
import { findDockerConflicts } from "./problems";
import { findTraitProblems, traitsOf } from "./traits";

/** What of a manager does not fit its placement on Docker. */
export function findDockerMisfits(input: ManagerAround, paths: AroundPaths): Problem[] {
    const { placement, drainTimeout } = input;
    if (!isMap(placement) || !isMap(placement.docker)) return [];
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
