import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show } from "../../../../core/values";
import { DEFAULT_IMAGE } from "../container";
import { findDrainProblems } from "../drain";
import { findListenProblems } from "../health";
import { CONFIG_DIRECTORY, HOME, TEMPORARY } from "../image-paths";
import type { AroundPaths, ManagerAround } from "../kind";
import {
    findMissingPlugins,
    findSharingReplicas,
    findUnwritableState,
    isIn,
    scalingWorker,
    TOGETHER,
    type Writable,
} from "../scaling-rules";
import { findTraitProblems, type Traits, traitsOf } from "../traits";
import { toMount } from "../units";
import { findDockerConflicts } from "./problems";

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
        ...findListenProblems(input.global, paths.global),
        ...conflicts,
        ...findScalingProblems(input, memberOf(paths.placement, "docker"), paths),
        ...findUnwritableState({ workers: input.workers, paths }, writableOf(placement.docker, traitsOf(declared))),
    ];
}

/** What does not go with workers that scale instances: a group has one process, and the process its plugin. */
function findScalingProblems({ placement, workers }: ManagerAround, path: string, paths: AroundPaths): Problem[] {
    const options = (placement as { docker: Record<string, unknown> }).docker;
    const scaling = { options, path, workers, paths };
    return [
        ...findSharingReplicas(scaling),
        ...findOverlap(options, path, scalingWorker(scaling)),
        ...findMissingPlugins(scaling, options.image ?? DEFAULT_IMAGE),
    ];
}

/** The root file system is read-only; what can be written is mounted. */
function writableOf({ mounts, transform }: Record<string, unknown>, { runsJobsInside }: Traits): Writable {
    const mounted = (Array.isArray(mounts) ? (mounts as unknown[]) : []).flatMap((mount) => {
        const { target, readOnly = true } = toMount(mount) ?? {};
        return target === undefined || readOnly ? [] : [target];
    });
    const open = [CONFIG_DIRECTORY, TEMPORARY, "/run", ...(runsJobsInside ? [HOME] : []), ...mounted];
    return {
        config: CONFIG_DIRECTORY,
        home: HOME,
        isWritable: (directory) => isIn(directory, ...open) || (isMap(transform) && transform.container !== undefined),
        remedy: "Leave it out, and it is in the manager's volume, where a new container finds it; or name a directory of mounts.",
    };
}

function findOverlap({ replacement }: Record<string, unknown>, path: string, worker: string | undefined): Problem[] {
    if (worker === undefined || replacement !== "overlap") return [];
    const message = `gives the scaling group of ${worker} to the old container and the new one at once (got ${show(replacement)}), which ${TOGETHER}. Use drain-first.`;
    return [error(memberOf(path, "replacement"), message)];
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
