import { isInstallable } from "../../../../core/config-toml/fleeting";
import { isAutoscaled } from "../../../../core/config-toml/scaling-groups";
import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show } from "../../../../core/values";
import { findDrainProblems, TO_ACCEPT } from "../drain";
import type { AroundPaths, ManagerAround } from "../kind";
import { findTraitProblems, traitsOf } from "../traits";
import { DEFAULT_IMAGE } from "./args";
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
        ...conflicts,
        ...findScalingProblems(input, memberOf(paths.placement, "docker"), paths),
    ];
}

/** What does not go with workers that scale instances: a group has one process, and the process its plugin. */
function findScalingProblems({ placement, workers }: ManagerAround, path: string, paths: AroundPaths): Problem[] {
    const options = (placement as { docker: Record<string, unknown> }).docker;
    const scaling = workers.findIndex(({ config }) => isAutoscaled(config));
    if (scaling < 0) return [];
    const { replicas, replacement } = options;
    const worker = paths.worker(scaling);
    const together = "would remove each other's instances, and jobs on them would fail";
    return [
        ...(typeof replicas === "number" && replicas > 1
            ? [
                  error(
                      memberOf(path, "replicas"),
                      `gives the scaling group of ${worker} to ${replicas} processes (got ${replicas}), which ${together}. Leave it out, or declare several managers with runners and groups of their own.`,
                  ),
              ]
            : []),
        ...(replacement === "overlap"
            ? [
                  error(
                      memberOf(path, "replacement"),
                      `gives the scaling group of ${worker} to the old container and the new one at once (got ${show(replacement)}), which ${together}. Use drain-first.`,
                  ),
              ]
            : []),
        ...findMissingPlugins(options, workers, path, paths),
    ];
}

/** GitLab's images have no fleeting plugin. */
const OF_GITLAB =
    /^(?:(?:docker\.io\/)?gitlab\/gitlab-runner|registry\.gitlab\.com\/gitlab-org\/gitlab-runner)(?:[:@]|$)/;

function findMissingPlugins(
    { image = DEFAULT_IMAGE, environment, fleetingInstall }: Record<string, unknown>,
    workers: ManagerAround["workers"],
    path: string,
    paths: AroundPaths,
): Problem[] {
    const isElsewhere = isMap(environment) && environment.FLEETING_PLUGIN_PATH !== undefined;
    if (fleetingInstall === true || isElsewhere || typeof image !== "string" || !OF_GITLAB.test(image)) return [];
    const code = "plugin-not-installed";
    return workers.flatMap(({ config }, index) => {
        const autoscaler = isAutoscaled(config) && isMap(config.autoscaler) ? config.autoscaler : {};
        const { plugin } = autoscaler;
        if (typeof plugin !== "string" || !isInstallable(plugin)) return [];
        const message =
            `is not in the image ${show(image)} (got ${show(plugin)}), so the worker would take no job. Set ${memberOf(path, "fleetingInstall")} ` +
            `to true, which fetches it, or name an image that has it. ${TO_ACCEPT(code)}`;
        const where = memberOf(memberOf(paths.worker(index), "autoscaler"), "plugin");
        return [{ path: where, message, severity: "warning" as const, code }];
    });
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
