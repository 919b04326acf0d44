import type { Problem } from "../../core/problems";
import { didYouMean } from "../../core/suggest";
import { isMap, memberOf, show } from "../../core/values";
import { isEventual } from "../common/eventual";
import { findNameProblems } from "../common/names";
import { error, type Known } from "../common/rules";
import { type RunnerScope, runnerTypeOf } from "../common/scope";
import { findOnlineProblems } from "../manager/online";
import { findDockerMisfits } from "../manager/placements/docker";
import { findPlacementProblems, toAbsolute } from "../manager/placements/placement";
import { findDraftProblems, type ManagerDraft, type WorkerDraft } from "../manager/problems";
import { NEEDS_FILE, NEEDS_ONE } from "../runner/served-by";
import type { FleetArgs, FleetManagerArgs, FleetRunnerArgs } from "./args";

const ROTATES = 'names a runner whose rotation is "runner"';

type Declared = NonNullable<FleetArgs["runners"]>;

/** Everything wrong with a fleet's managers, the runners they name and the `config.toml` that comes out. */
export function findManagerProblems({ runners = {}, managers }: FleetArgs, root: string): Problem[] {
    const declared = isMap(runners) ? runners : undefined;
    const paths = { managers: memberOf(root, "managers"), runners: memberOf(root, "runners") };
    const writers = new Map<string, string>();
    const rotators = new Map<string, string>();
    const problems = entriesOf(managers).flatMap(([name, manager]) => {
        const path = memberOf(paths.managers, name);
        return [
            ...findNameProblems(name, path),
            ...findOnlineProblems(manager.online, memberOf(path, "online")),
            ...findPlaceProblems(manager.placement, memberOf(path, "placement"), writers),
            ...(declared ? findServedProblems(manager, declared, path, paths.runners) : []),
            ...(declared ? findRotatedProblems(manager, declared, path, rotators) : []),
            ...(declared ? findFileProblems(manager, declared, path, paths.runners) : []),
            ...(declared ? findMisfits(name, manager, declared, path, paths.runners) : []),
        ];
    });
    // A runner that several managers serve has its mistakes once.
    const seen = new Set<string>();
    return problems.filter(({ path, message }) => {
        const text = `${path}\n${message}`;
        return !seen.has(text) && seen.add(text);
    });
}

function findPlaceProblems(placement: unknown, path: string, writers: Map<string, string>): Problem[] {
    if (isEventual(placement)) return [];
    const problems = findPlacementProblems(placement, path);
    if (problems.length > 0 || !isMap(placement)) return problems;
    if (isMap(placement.docker)) return findSharedContainer(placement.docker, memberOf(path, "docker"), writers);
    if (typeof placement.directory !== "string") return problems;
    const where = memberOf(path, "directory");
    const directory = toAbsolute(placement.directory);
    const writer = writers.get(directory);
    if (writer === undefined) {
        writers.set(directory, where);
        return [];
    }
    return [
        error(
            where,
            `is the same as ${writer} (got ${show(placement.directory)}). Give each manager a directory of its own.`,
        ),
    ];
}

function findSharedContainer(docker: Record<string, unknown>, path: string, writers: Map<string, string>): Problem[] {
    const { host, containerName } = docker;
    if (typeof containerName !== "string") return [];
    const where = memberOf(path, "containerName");
    const key = JSON.stringify([host, containerName]);
    const user = writers.get(key);
    writers.set(key, user ?? where);
    return user === undefined
        ? []
        : [
              error(
                  where,
                  `is the same as ${user} (got ${show(containerName)}). Give each manager a container of its own.`,
              ),
          ];
}

function findMisfits(
    name: string,
    manager: FleetManagerArgs,
    declared: Declared,
    path: string,
    runnersPath: string,
): Problem[] {
    const { placement, config, drainTimeout } = manager;
    const names = isEventual(manager.runners) ? [] : manager.runners.filter((name) => isMap(declared[name]));
    const workers = names.map((name) => ({
        runner: name,
        maximumTimeout: declared[name]!.silence?.includes("drain-timeout-too-short")
            ? undefined
            : declared[name]!.maximumTimeout,
        config: declared[name]!.config,
    }));
    const paths = {
        placement: memberOf(path, "placement"),
        drainTimeout: memberOf(path, "drainTimeout"),
        global: memberOf(path, "config"),
        worker: (index: number) => memberOf(memberOf(runnersPath, names[index]!), "config"),
    };
    const silence = isEventual(manager.silence) ? [] : (manager.silence ?? []);
    return findDockerMisfits({ name, placement, global: config, workers, drainTimeout }, paths).filter(
        ({ code }) => code === undefined || !silence.includes(code),
    );
}

function findServedProblems(
    { runners }: FleetManagerArgs,
    declared: Declared,
    path: string,
    runnersPath: string,
): Problem[] {
    if (isEventual(runners)) return [];
    const first = new Map<string, string>();
    return runners.flatMap((runner, index) => {
        const where = memberOf(memberOf(path, "runners"), index);
        const earlier = first.get(runner);
        if (earlier !== undefined)
            return [error(where, `repeats ${earlier} (got ${show(runner)}). Remove one of them.`)];
        first.set(runner, where);
        if (!Object.hasOwn(declared, runner)) {
            const meant = didYouMean(runner, Object.keys(declared));
            return [
                error(
                    where,
                    `names a runner that is not declared (got ${show(runner)}).${meant} Correct the name, or declare it under runners.`,
                ),
            ];
        }
        if (!isMap(declared[runner]) || declared[runner].config !== undefined) return [];
        return [
            error(
                memberOf(memberOf(runnersPath, runner), "config"),
                `is missing, but ${path} serves the runner. Say how its jobs are run: { executor: shell }, for instance.`,
            ),
        ];
    });
}

/** A process that rotates a token must keep it in a file that it can write and we can read, and nobody else can have it. */
function findRotatedProblems(
    { runners, placement }: FleetManagerArgs,
    declared: Declared,
    path: string,
    rotators: Map<string, string>,
): Problem[] {
    if (isEventual(runners)) return [];
    return [...new Set(runners)].flatMap((runner) => {
        if (!Object.hasOwn(declared, runner) || declared[runner]?.rotation !== "runner") return [];
        const where = memberOf(memberOf(path, "runners"), runners.indexOf(runner));
        const other = rotators.get(runner);
        rotators.set(runner, other ?? path);
        const unwritable = isMap(placement) && placement.docker !== undefined;
        return [
            ...(unwritable ? [error(where, `${ROTATES} (got ${show(runner)}): ${NEEDS_FILE}`)] : []),
            ...(other === undefined
                ? []
                : [error(where, `${ROTATES} (got ${show(runner)}), and ${other} serves it too: ${NEEDS_ONE}`)]),
        ];
    });
}

function findFileProblems(manager: FleetManagerArgs, declared: Declared, path: string, runnersPath: string): Problem[] {
    if (isEventual(manager.runners)) return [];
    const served = manager.runners.filter((name) => isMap(declared[name]) && declared[name].config !== undefined);
    const draft = {
        global: manager.config,
        workers: served.map((name) => toWorker(name, declared[name]!, manager.gitlabUrl)),
    } as ManagerDraft;
    return findDraftProblems(draft, path, isEventual(manager.silence) ? [] : (manager.silence ?? []), (index) =>
        memberOf(memberOf(runnersPath, served[index]!), "config"),
    );
}

/** A runner as a worker of a file that is only checked. */
export function toWorker(name: string, runner: FleetRunnerArgs, gitlabUrl?: unknown): WorkerDraft {
    const { config, scope, runUntagged } = runner;
    const facts = isEventual([scope, runUntagged]) ? undefined : toFacts(scope, runUntagged as boolean | undefined);
    // Without an address of the user's own any valid one will do here.
    const url = isEventual(gitlabUrl) ? undefined : gitlabUrl;
    return {
        name,
        url: (url ?? "https://gitlab.com") as string,
        config: config as WorkerDraft["config"],
        runner: facts,
        silence: runner.silence,
    };
}

function toFacts(scope: RunnerScope, runUntagged: boolean | undefined): WorkerDraft["runner"] {
    const shared = scope === "instance" || (isMap(scope) && runnerTypeOf(scope) === "group_type");
    return { runUntagged: runUntagged ?? true, shared };
}

/** Entries that can be read; what was reported as unreadable is left out. */
export function entriesOf<T>(map: Record<string, T> | undefined): [string, Known<T> & T][] {
    if (!isMap(map)) return [];
    return Object.entries(map).filter(([, value]) => isMap(value)) as [string, Known<T> & T][];
}
