import type * as pulumi from "@pulumi/pulumi";
import { DIRECTORY_ENDS, type DirectoryEnd } from "../../../core/manager-directory";
import { error, type Problem } from "../../../core/problems";
import { unitOf, whyNoUnit } from "../../../core/service/unit";
import { parseRange } from "../../../core/service/version";
import { memberOf, show } from "../../../core/values";
import { choice, flag, naming, seconds, textThat } from "../../common/kinds";
import type { Shape } from "../../common/shape";
import { findDrainProblems } from "./drain";
import type { Claim, ManagerInput, ManagerPaths } from "./kind";

/** The process that reads a manager's files in a directory, wherever that is. Written next to `directory` or `ssh`. */
export interface ServiceOptions {
    /**
     * Name of the systemd unit that runs gitlab-runner there. `up` waits until it has loaded a changed `config.toml`,
     * and fails with gitlab-runner's error message if it does not. `up` never starts or restarts it.
     * @default - the process is not checked
     */
    service?: pulumi.Input<string>;
    /**
     * Whether `systemctl stop` lets running jobs finish, for at most the manager's `drainTimeout`. Writes a drop-in for
     * the unit, which only root may do. @default false
     */
    drainOnStop?: boolean;
    /**
     * Versions of gitlab-runner to expect there, such as `>=19` or `>=18.5 <20`. Any other causes a warning.
     * @default - any
     */
    version?: pulumi.Input<string>;
    /**
     * Whether `up` runs `gitlab-runner fleeting install` for the fleeting plugins that the workers name, as the user
     * who writes the files: root, or the unit's user. @default false
     */
    fleetingInstall?: boolean;
    /** How long `up` waits until the process has loaded its configuration, at least `1s`. @default "60s" */
    loadTimeout?: string;
}

const REMEDY = "Name the unit of systemd that runs gitlab-runner there: service: gitlab-runner.";

export const SERVICE_SHAPE: Shape<ServiceOptions> = {
    service: naming(REMEDY, (text) => {
        const why = whyNoUnit(text);
        return why === undefined ? undefined : `${why} (got ${show(text)}). ${REMEDY}`;
    }),
    drainOnStop: flag,
    version: textThat('a range of versions, such as ">=19" or ">=18.5 <20"', (text) => parseRange(text) !== undefined),
    fleetingInstall: flag,
    loadTimeout: seconds("a duration of at least 1s, such as 90s"),
};

/** Finds options of a process if no `service` is named. */
export function findServiceProblems(placement: Record<string, unknown>, path: string): Problem[] {
    if (placement.service !== undefined) return [];
    const alone = Object.keys(SERVICE_SHAPE).filter((key) => placement[key] !== undefined);
    return alone.map((key) => error(memberOf(path, key), `goes with service (got ${show(placement[key])}). ${REMEDY}`));
}

export function findServiceMisfits(input: ManagerInput, paths: ManagerPaths): Problem[] {
    return drainsOnStop(input.placement) ? findDrainProblems(input, paths, "stopping the unit") : [];
}

/** Whether a placement lets its process drain when it is stopped. */
export function drainsOnStop(placement: unknown): boolean {
    return (placement as ServiceOptions).drainOnStop === true;
}

/** The unit, as a claim of its manager; `host` is where it runs. */
export function claimedUnit({ service }: Record<string, unknown>, host: string): Claim[] {
    if (typeof service !== "string" || whyNoUnit(service) !== undefined) return [];
    const thing = `unit ${unitOf(service)} of ${host}`;
    return [{ thing, path: "service", given: service, what: "unit" }];
}

/** Which other machines and owners may use a directory, wherever it is. */
export interface OwnerOptions {
    /**
     * Whether several machines mount the directory, so that each may write it. Otherwise only the machine that wrote it
     * first may. @default false
     */
    sharedBetweenMachines?: boolean;
    /**
     * The manager, `<project>/<stack>/<manager>`, from which to take over the directory. Its `config.toml` is kept as a
     * copy. @default - a directory of another manager is refused
     */
    takeOverFrom?: string;
    /**
     * What happens to the files when the manager is removed, destroyed or moved elsewhere: `remove`, or `keep`, which
     * touches nothing in the directory and does not need its host. @default "remove"
     */
    onDestroy?: DirectoryEnd;
}

export const OWNER_SHAPE: Shape<OwnerOptions> = {
    sharedBetweenMachines: flag,
    takeOverFrom: textThat("<project>/<stack>/<manager>, as the error about the directory says it", (text) =>
        /^[^/\s]+\/[^/\s]+\/\S/.test(text),
    ),
    onDestroy: choice(DIRECTORY_ENDS),
};
