import { firstPlaces } from "../problems";
import { isEventual, isMap, memberOf, show } from "../values";
import { sectionsOf } from "./executor-rules";
import { gitlabPlugin, neededKeys } from "./fleeting";
import type { Place } from "./place";
import type { UncheckedWorker } from "./types";

/** Whether a worker's instances come from a fleeting plugin. */
export function isAutoscaled(worker: unknown): worker is Record<string, unknown> {
    return isMap(worker) && typeof worker.executor === "string" && sectionsOf(worker.executor).includes("autoscaler");
}

/**
 * The part of a worker's autoscaler that gitlab-runner reads only when it starts the plugin. It rereads only policies.
 * https://docs.gitlab.com/runner/configuration/advanced-configuration/#the-runnersautoscaler-section
 */
export function readAtPluginStart(worker: unknown): Record<string, unknown> | undefined {
    if (!isAutoscaled(worker) || !isMap(worker.autoscaler)) return undefined;
    const { policy: _, ...once } = worker.autoscaler;
    return once;
}

/** The group of cloud instances that a worker scales. */
export interface ScalingGroup {
    /** Equal for the same group. */
    key: string;
    /** In words: `the group "ci-runners" of the plugin aws`. */
    said: string;
}

/**
 * Plugins that need all keys to identify a group: the name of an AWS group is unique only within a region of an
 * account. The keys of the other plugins name a project or a subscription.
 */
const KNOWN_BY_ALL_KEYS = ["aws"];

/** The group that a worker scales; undefined unless everything that identifies it is known. */
export function scalingGroupOf(worker: unknown): ScalingGroup | undefined {
    if (!isAutoscaled(worker) || !isMap(worker.autoscaler)) return undefined;
    const { plugin, plugin_config: config } = worker.autoscaler;
    if (typeof plugin !== "string" || !isMap(config)) return undefined;
    const name = gitlabPlugin(plugin);
    // What identifies a group of any other plugin is unknown; the same plugin with the same settings scales the same
    // group.
    const keys =
        name === undefined || KNOWN_BY_ALL_KEYS.includes(name)
            ? Object.keys(config).filter((key) => config[key] !== undefined)
            : neededKeys(name);
    const values = keys.sort().map((key) => [key, config[key]] as const);
    if (values.length === 0 || values.some(([, value]) => value === undefined || isEventual(value))) return undefined;
    const group = typeof config.name === "string" ? ` ${JSON.stringify(config.name)}` : "";
    return {
        key: JSON.stringify([name ?? plugin, values]),
        said: `the group${group} of the plugin ${name ?? plugin}`,
    };
}

/**
 * Why two processes, or two workers of one process, must not scale one group: gitlab-runner removes instances that it
 * did not create.
 */
const OWN_GROUP =
    "each removes the instances that the other has started, and jobs on them fail " +
    "(https://docs.gitlab.com/runner/executors/docker_autoscaler/#dedicated-autoscaling-groups-for-each-runner-configuration)";

/** Reports workers of one process that scale the same group. */
export function checkScalingGroups(workers: readonly UncheckedWorker[], places: readonly Place[]): void {
    const earlier = firstPlaces();
    for (const [index, { config }] of workers.entries()) {
        const group = scalingGroupOf(config);
        const place = places[index]!.at(...GROUP_KEYS);
        const other = group === undefined ? undefined : earlier(group.key, place.path);
        if (other !== undefined) place.refuse(sharedGroup(group!, other));
    }
}

const GROUP_KEYS = ["autoscaler", "plugin_config"];

export function groupPath(worker: string): string {
    return memberOf(worker, ...GROUP_KEYS);
}

export function sharedGroup({ said }: ScalingGroup, other: string): string {
    return `is the same scaling group as ${other} (got ${said}): ${OWN_GROUP}. Give each worker a group of its own.`;
}

/** The message for a runner that two processes serve although its jobs run on instances of one group. */
export function sharedByProcesses(runner: string, server: string): string {
    return `names a runner that scales instances (got ${show(runner)}), and ${server} serves it too: ${OWN_GROUP}. Serve it by one manager, or declare a runner with a group of its own for each.`;
}
