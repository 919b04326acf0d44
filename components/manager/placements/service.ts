import type * as pulumi from "@pulumi/pulumi";
import { findDurationProblems } from "../../../core/durations";
import { isKnownLater } from "../../../core/later";
import { error, type Problem } from "../../../core/problems";
import { unitOf, whyNoUnit } from "../../../core/service/unit";
import { parseRange } from "../../../core/service/version";
import { memberOf, show } from "../../../core/values";
import { findDrainProblems } from "./drain";
import type { AroundPaths, Claim, Cost, ManagerAround } from "./kind";
import { findFlagProblems, findTextProblems } from "./owner-problems";

/** The process that reads a manager's files in a directory, wherever that is. Beside `directory` and `ssh`. */
export interface ServiceOptions {
    /**
     * Name of the systemd unit that runs gitlab-runner there: `up` waits until it has loaded a changed `config.toml`, and fails
     * with gitlab-runner's own words when it does not. It is never started or restarted. @default - the process is not looked at
     */
    service?: pulumi.Input<string>;
    /**
     * Whether `systemctl stop` lets running jobs end, for the manager's `drainTimeout` at most: a drop-in of the unit, which
     * only root may write. @default false
     */
    drainOnStop?: boolean;
    /** Versions of gitlab-runner that are expected there, such as `>=19` or `>=18.5 <20`: a warning when it is another. @default - any */
    version?: pulumi.Input<string>;
    /**
     * Whether `up` has gitlab-runner fetch the fleeting plugins that its workers name, by `gitlab-runner fleeting install`, as the
     * user by whom it writes the files: root, or the user of the unit. @default false
     */
    fleetingInstall?: boolean;
    /** How long `up` waits until the process has loaded its configuration. @default "60s" */
    loadTimeout?: string;
}

/** What a change of each does. */
export const SERVICE_COSTS = {
    service: "in place",
    drainOnStop: "in place",
    version: "in place",
    fleetingInstall: "in place",
    loadTimeout: "in place",
} as const satisfies Record<keyof ServiceOptions, Cost>;

/** Their names. */
export const SERVICE_KEYS = Object.keys(SERVICE_COSTS);

/** What is wrong with them. */
export function findServiceProblems(placement: Record<string, unknown>, path: string): Problem[] {
    const { service, drainOnStop, version, fleetingInstall, loadTimeout } = placement;
    const at = (key: keyof ServiceOptions) => memberOf(path, key);
    const others = SERVICE_KEYS.filter((key) => key !== "service" && placement[key] !== undefined);
    const remedy = "Name the unit of systemd that runs gitlab-runner there: service: gitlab-runner.";
    return [
        ...(service === undefined
            ? others.map((key) =>
                  error(memberOf(path, key), `goes with service (got ${show(placement[key])}). ${remedy}`),
              )
            : findUnitProblems(service, at("service"), remedy)),
        ...findFlagProblems(drainOnStop, at("drainOnStop")),
        ...findFlagProblems(fleetingInstall, at("fleetingInstall")),
        ...findRangeProblems(version, at("version")),
        ...findDurationProblems(loadTimeout, at("loadTimeout"), "90s"),
    ];
}

/** What of a manager does not go with them. */
export function findServiceMisfits(input: ManagerAround, paths: AroundPaths): Problem[] {
    return drainsOnStop(input.placement) ? findDrainProblems(input, paths.drainTimeout, "stopping the unit") : [];
}

/** Whether a placement has its process drain. */
export function drainsOnStop(placement: unknown): boolean {
    return (placement as ServiceOptions).drainOnStop === true;
}

/** The unit as something of which a manager needs one of its own; `host` is where it runs. */
export function claimedUnit({ service }: Record<string, unknown>, host: string): Claim[] {
    if (typeof service !== "string" || whyNoUnit(service) !== undefined) return [];
    const thing = `unit ${unitOf(service)} of ${host}`;
    return [{ thing, path: "service", given: service, place: service, what: "unit", done: "used" }];
}

function findUnitProblems(service: unknown, path: string, remedy: string): Problem[] {
    const problems = findTextProblems(service, path, remedy);
    if (problems.length > 0 || typeof service !== "string") return problems;
    const why = whyNoUnit(service);
    return why === undefined ? [] : [error(path, `${why} (got ${show(service)}). ${remedy}`)];
}

function findRangeProblems(version: unknown, path: string): Problem[] {
    if (version === undefined || isKnownLater(version)) return [];
    if (typeof version === "string" && parseRange(version) !== undefined) return [];
    return [
        error(path, `must be a range of versions, such as ">=19" or ">=18.5 <20" (got ${show(version)}). Correct it.`),
    ];
}
