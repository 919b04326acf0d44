import {
    groupPath,
    isAutoscaled,
    scalingGroupOf,
    sharedByProcesses,
    sharedGroup,
} from "../../core/config-toml/scaling-groups";
import type { UncheckedWorker } from "../../core/config-toml/types";
import { error, firstPlaces, type Problem } from "../../core/problems";
import { didYouMean } from "../../core/suggest";
import { isEventual, isMap, joinPaths, memberOf, show } from "../../core/values";
import type { Known } from "../common/rule";
import { claimsOf, NEEDS_FILE, sharesFile } from "../manager/placements";
import type { ManagerInput, ManagerName, ManagerPaths } from "../manager/placements/kind";
import { findManagerProblems } from "../manager/problems";
import { factsOf, NEEDS_ONE } from "../runner/facts";
import type { FleetArgs, FleetManagerArgs, FleetRunnerArgs } from "./args";

type Declared = NonNullable<FleetArgs["runners"]>;

/** Problems of a fleet's managers, the runners they name and their `config.toml`, and the warnings by manager. */
export function checkManagers({ runners, managers }: FleetArgs, owner: string, root: string) {
    const declared = isMap(runners) ? runners : {};
    const paths = { managers: memberOf(root, "managers"), runners: memberOf(root, "runners") };
    const [earlierPlace, earlierServer, earlierIdentity] = [firstPlaces(), firstPlaces(), firstPlaces()];
    const scaling = { earlierGroup: firstPlaces(), earlierManager: firstPlaces() };
    const warnings = new Map<string, Problem[]>();
    const problems = entriesOf(managers).flatMap(([name, manager]) => {
        const path = memberOf(paths.managers, name);
        const names = isEventual(manager.runners) ? [] : manager.runners;
        // Naming a runner twice is reported elsewhere, and makes only one worker.
        const served = [...new Set(names)].filter(
            (runner) => isMap(declared[runner]) && declared[runner].config !== undefined,
        );
        const where: ManagerPaths = {
            manager: path,
            name: path,
            worker: (index) => memberOf(paths.runners, served[index]!, "config"),
        };
        const found = findManagerProblems(toInput(name, manager, served, declared), where);
        warnings.set(
            name,
            found.filter(({ severity }) => severity === "warning"),
        );
        return [
            ...found,
            ...findSharedIdentity(manager.systemId, memberOf(path, "systemId"), earlierIdentity),
            ...findSharedPlace(manager.placement, { owner, name }, memberOf(path, "placement"), earlierPlace),
            // If the runners cannot be read, none is reported as missing.
            ...(runners === undefined || isMap(runners)
                ? findServedProblems(names, declared, path, paths.runners)
                : []),
            ...findRotatedProblems(names, manager.placement, declared, path, earlierServer),
            ...findSharedGroups(served, declared, path, where, scaling),
        ];
    });
    // The mistakes of a runner that several managers serve are reported once.
    const earlier = firstPlaces();
    return { problems: problems.filter(({ path, message }) => !earlier(`${path}\n${message}`, path)), warnings };
}

/** The manager with those of its runners that can be read. */
function toInput(name: string, manager: FleetManagerArgs, served: readonly string[], declared: Declared): ManagerInput {
    const { placement, config, gitlabUrl, drainTimeout, silence } = manager;
    return {
        name,
        placement,
        draft: { global: config, workers: served.map((runner) => toWorker(runner, declared[runner]!, gitlabUrl)) },
        served: served.map((runner) => ({ name: runner })),
        drainTimeout,
        silence: isEventual(silence) ? [] : silence,
    };
}

function findSharedIdentity(systemId: unknown, path: string, earlier: ReturnType<typeof firstPlaces>): Problem[] {
    const other = typeof systemId === "string" ? earlier(systemId, path) : undefined;
    if (other === undefined) return [];
    const text = `is the same as ${other} (got ${show(systemId)}): GitLab would take both for one. Leave it out at one of them.`;
    return [error(path, text)];
}

function findSharedPlace(
    placement: unknown,
    manager: ManagerName,
    path: string,
    earlier: ReturnType<typeof firstPlaces>,
): Problem[] {
    return claimsOf(placement, manager).flatMap((claim) => {
        const where = joinPaths(path, claim.path);
        const other = earlier(claim.thing, where);
        const text = `is the same as ${other} (got ${show(claim.given)}). Give each manager a ${claim.what} of its own.`;
        return other === undefined ? [] : [error(where, text)];
    });
}

/** Two processes must not scale one group: neither managers that serve one runner, nor runners that name one group. */
function findSharedGroups(
    served: readonly string[],
    declared: Declared,
    path: string,
    { worker }: ManagerPaths,
    { earlierGroup, earlierManager }: Record<"earlierGroup" | "earlierManager", ReturnType<typeof firstPlaces>>,
): Problem[] {
    return served.flatMap((runner, index) => {
        const { config } = declared[runner]!;
        if (!isAutoscaled(config)) return [];
        const server = earlierManager(runner, path);
        if (server !== undefined && server !== path) {
            const where = memberOf(path, "runners", index);
            return [error(where, sharedByProcesses(runner, server))];
        }
        const group = scalingGroupOf(config);
        const where = groupPath(worker(index));
        const other = group === undefined ? undefined : earlierGroup(group.key, where);
        return other === undefined || other === where ? [] : [error(where, sharedGroup(group!, other))];
    });
}

function findServedProblems(
    names: readonly string[],
    declared: Declared,
    path: string,
    runnersPath: string,
): Problem[] {
    const earlier = firstPlaces();
    return names.flatMap((runner, index) => {
        const where = memberOf(path, "runners", index);
        const first = earlier(runner, where);
        if (first !== undefined) return [error(where, `repeats ${first} (got ${show(runner)}). Remove one of them.`)];
        if (!Object.hasOwn(declared, runner)) {
            const meant = didYouMean(runner, Object.keys(declared));
            const message = `names a runner that is not declared (got ${show(runner)}).${meant} Correct the name, or declare it under runners.`;
            return [error(where, message)];
        }
        if (!isMap(declared[runner]) || declared[runner].config !== undefined) return [];
        const message = `is missing, but ${path} serves the runner. Set how its jobs are run: { executor: shell }, for instance.`;
        return [error(memberOf(runnersPath, runner, "config"), message)];
    });
}

/** A process that rotates a token must be the only one with it, in a file that it can write and `up` can read. */
function findRotatedProblems(
    names: readonly string[],
    placement: unknown,
    declared: Declared,
    path: string,
    earlier: ReturnType<typeof firstPlaces>,
): Problem[] {
    return [...new Set(names)].flatMap((runner) => {
        if (!Object.hasOwn(declared, runner) || declared[runner]?.rotation !== "runner") return [];
        const where = memberOf(path, "runners", names.indexOf(runner));
        const other = earlier(runner, path);
        const rotates = `names a runner whose rotation is "runner" (got ${show(runner)})`;
        return [
            ...(sharesFile(placement) ? [] : [error(where, `${rotates}: ${NEEDS_FILE}`)]),
            ...(other === undefined ? [] : [error(where, `${rotates}, and ${other} serves it too: ${NEEDS_ONE}`)]),
        ];
    });
}

/** A runner as a worker of a `config.toml` that is only checked. */
export function toWorker(name: string, runner: FleetRunnerArgs, gitlabUrl?: unknown): UncheckedWorker {
    const { config } = runner;
    const silence = isEventual(runner.silence) ? [] : runner.silence;
    // Without an address of the user's own, any valid one will do here.
    const url = isEventual(gitlabUrl) ? undefined : gitlabUrl;
    return { name, url: url ?? "https://gitlab.com", config, runner: factsOf(runner), silence };
}

/** Entries that can be read; unreadable ones were already reported. */
export function entriesOf<T>(map: Record<string, T> | undefined): [string, Known<T> & T][] {
    if (!isMap(map)) return [];
    return Object.entries(map).filter(([, value]) => isMap(value)) as [string, Known<T> & T][];
}
