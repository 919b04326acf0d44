import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show } from "../../../../core/values";
import { findDrainProblems } from "../drain";
import type { AroundPaths, ManagerAround } from "../kind";
import { findDockerConflicts } from "./problems";
import { findTraitProblems, traitsOf } from "./traits";

/** What of a manager does not fit its placement on Docker. */
export function findDockerMisfits(input: ManagerAround, paths: AroundPaths): Problem[] {
    const { placement } = input;
    if (!isMap(placement) || !isMap(placement.docker)) return [];
    const declared = { global: input.global, workers: input.workers.map(({ config }) => config) };
    const unknown = findTraitProblems(declared, paths.global, paths.worker);
    if (unknown.length > 0) return unknown;
    const conflicts = findDockerConflicts(placement.docker, memberOf(paths.placement, "docker"), traitsOf(declared));
    return [
        ...findUnfitName(input.name, placement.docker, memberOf(paths.placement, "docker")),
        ...findDrainProblems(input, paths.drainTimeout, "a replacement"),
        ...conflicts,
    ];
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
