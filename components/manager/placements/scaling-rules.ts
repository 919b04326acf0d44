import { posix } from "node:path";
import { isInstallable } from "../../../core/config-toml/fleeting";
import { isAutoscaled } from "../../../core/config-toml/scaling-groups";
import { error, type Problem } from "../../../core/problems";
import { isMap, memberOf, show } from "../../../core/values";
import { acceptable } from "./acceptable";
import { CONFIG_DIRECTORY, DEFAULT_IMAGE, HOME } from "./container";
import type { ManagerInput, ManagerPaths } from "./kind";

/** The parts of a manager that matter for scaling, and their paths. */
interface Scaling {
    options: Record<string, unknown>;
    path: string;
    workers: ManagerInput["draft"]["workers"];
    paths: Pick<ManagerPaths, "worker">;
}

/** What happens if two processes scale one group, for messages. */
export const TOGETHER = "would remove each other's instances, and jobs on them would fail";

/** Path of the first worker that scales instances. */
export function scalingWorker({ workers, paths }: Pick<Scaling, "workers" | "paths">): string | undefined {
    const index = workers.findIndex(({ config }) => isAutoscaled(config));
    return index < 0 ? undefined : paths.worker(index);
}

/** Conflicts with workers that scale: a group needs one process, the process its plugin, and the plugin its state. */
export function findScalingProblems(scaling: Scaling, writable: Writable): Problem[] {
    return [...findSharingReplicas(scaling), ...findMissingPlugins(scaling), ...findUnwritableState(scaling, writable)];
}

/** Finds replicas that would share a scaling group, which may only have one process at a time. */
function findSharingReplicas(scaling: Scaling): Problem[] {
    const { replicas } = scaling.options;
    const worker = scalingWorker(scaling);
    if (worker === undefined || typeof replicas !== "number" || replicas <= 1) return [];
    const message =
        `gives the scaling group of ${worker} to ${replicas} processes (got ${replicas}), which ${TOGETHER}. ` +
        "Leave it out, or declare several managers with runners and groups of their own.";
    return [error(memberOf(scaling.path, "replicas"), message)];
}

/** GitLab's images contain no fleeting plugin. */
const OF_GITLAB =
    /^(?:(?:docker\.io\/)?gitlab\/gitlab-runner|registry\.gitlab\.com\/gitlab-org\/gitlab-runner)(?:[:@]|$)/;

/** Finds plugins that are neither in the image nor installed. */
function findMissingPlugins({ options, path, workers, paths }: Scaling): Problem[] {
    const { environment, fleetingInstall, image = DEFAULT_IMAGE } = options;
    const isElsewhere = isMap(environment) && environment.FLEETING_PLUGIN_PATH !== undefined;
    if (fleetingInstall === true || isElsewhere || typeof image !== "string" || !OF_GITLAB.test(image)) return [];
    return workers.flatMap(({ config }, index) => {
        const autoscaler = isAutoscaled(config) && isMap(config.autoscaler) ? config.autoscaler : {};
        const { plugin } = autoscaler;
        if (typeof plugin !== "string" || !isInstallable(plugin)) return [];
        const message =
            `is not in the image ${show(image)} (got ${show(plugin)}), so the worker would take no job. Set ${memberOf(path, "fleetingInstall")} ` +
            `to true, which fetches it, or name an image that has it.`;
        const where = memberOf(paths.worker(index), "autoscaler", "plugin");
        return [acceptable("plugin-not-installed", where, message)];
    });
}

/** Which parts of the file system a process may write. */
export interface Writable {
    /** Whether it may write in a directory, given by its absolute path. */
    isWritable(directory: string): boolean;
    remedy: string;
}

/**
 * Finds workers whose plugin would not start, because its state of the instances cannot be written.
 * https://docs.gitlab.com/runner/configuration/advanced-configuration/#the-runnersautoscalerstate_storage-section
 */
function findUnwritableState({ workers, paths }: Scaling, { isWritable, remedy }: Writable): Problem[] {
    return workers.flatMap(({ config }, index) => {
        const autoscaler = isAutoscaled(config) && isMap(config.autoscaler) ? config.autoscaler : {};
        const storage = isMap(autoscaler.state_storage) ? autoscaler.state_storage : {};
        const { enabled, dir = "" } = storage;
        if (enabled !== true || typeof dir !== "string") return [];
        const whole = dir === "" ? posix.join(CONFIG_DIRECTORY, ".taskscaler") : posix.resolve(HOME, dir);
        if (isWritable(whole)) return [];
        const got = dir === "" ? `nothing, which is ${show(whole)}` : show(dir);
        const where = memberOf(paths.worker(index), "autoscaler", "state_storage", "dir");
        const message = `is where the process may not write (got ${got}), so the worker would take no job. ${remedy}`;
        return [error(where, message)];
    });
}

/** Whether a path is one of the directories, or inside one. */
export function isIn(path: string, ...directories: string[]): boolean {
    return directories.some((directory) => path === directory || path.startsWith(`${directory}/`));
}
