import { findWorkerProblems } from "./config-toml";
import type { FleetArgs } from "./fleet";
import { jobTokenRules } from "./job-token-rules";
import { findDraftProblems, type ManagerDraft } from "./manager-rules";
import { findPlacementProblems, toAbsolute } from "./placement/placement";
import { toAllowlist } from "./registry-access";
import { findNameProblems, runnerRules } from "./runner-rules";
import { isEventual } from "./shared/eventual";
import { markerOf } from "./shared/marker";
import type { Problem } from "./shared/problems";
import { type Reference, referenceKey } from "./shared/reference";
import { error, findKnownProblems, type Known } from "./shared/rules";
import { findScopeProblems, type RunnerScope, runnerTypeOf, scopeKey } from "./shared/scope";
import { didYouMean } from "./shared/suggest";
import { isMap, memberOf, show } from "./shared/values";

/** What happens to claimed runners that the program does not declare. */
export const FOREIGN = ["report", "pause", "delete"] as const;

/** All that can be told about a fleet before any request is sent. Paths are relative to the fleet's arguments. */
export function findFleetProblems(args: FleetArgs, owner: string): Problem[] {
    return [
        ...findRunnerProblems(args, owner),
        ...findManagerProblems(args),
        ...findExclusiveProblems(args),
        ...findRegistryProblems(args),
    ];
}

function findRunnerProblems(args: FleetArgs, owner: string): Problem[] {
    return entriesOf(args.runners).flatMap(([name, runner]) => {
        const path = memberOf("runners", name);
        const own = findKnownProblems(runner, runnerRules(name, markerOf(owner, name)));
        const problems = own.map((problem) => ({
            ...problem,
            path: problem.path === "name" ? path : memberOf(path, problem.path),
        }));
        const served = entriesOf(args.managers).some(
            ([, { runners }]) => !isEventual(runners) && runners.includes(name),
        );
        if (served || !isMap(runner.config)) return problems;
        // No manager serves it yet; its keys are checked all the same.
        return [...problems, ...findWorkerProblems(toWorker(name, runner), memberOf(path, "config"))];
    });
}

function findManagerProblems({ runners = {}, managers }: FleetArgs): Problem[] {
    const writers = new Map<string, string>();
    const reported = new Set<string>();
    return entriesOf(managers).flatMap(([name, manager]) => {
        const path = memberOf("managers", name);
        const problems = findNameProblems(name, path);
        const { placement } = manager;
        if (!isEventual(placement)) {
            const where = memberOf(path, "placement");
            problems.push(
                ...findPlacementProblems(placement, where),
                ...findSharedDirectory(placement, where, writers),
            );
        }
        if (isEventual(manager.runners)) return problems;
        problems.push(...findServedProblems(manager.runners, runners, memberOf(path, "runners")));
        const served = manager.runners.filter(
            (runner) => runner in runners && !isEventual(runners[runner]) && runners[runner]!.config !== undefined,
        );
        if (isEventual(manager.config)) return problems;
        const draft = {
            global: manager.config,
            workers: served.map((runner) => toWorker(runner, runners[runner]!)),
        } as ManagerDraft;
        const found = findDraftProblems(draft, path, manager.silence ?? [], (index) =>
            memberOf(memberOf("runners", served[index]!), "config"),
        );
        for (const problem of found) {
            // A runner that several managers serve has its mistakes once.
            const text = JSON.stringify([problem.path, problem.message]);
            if (!reported.has(text)) problems.push(problem);
            reported.add(text);
        }
        return problems;
    });
}

function findSharedDirectory(placement: unknown, where: string, writers: Map<string, string>): Problem[] {
    if (!isMap(placement) || typeof placement.directory !== "string" || placement.directory.trim() === "") return [];
    const path = memberOf(where, "directory");
    const directory = toAbsolute(placement.directory);
    const writer = writers.get(directory);
    if (writer === undefined) {
        writers.set(directory, path);
        return [];
    }
    return [
        error(path, `is also ${writer} (got ${show(placement.directory)}). Give each manager a directory of its own.`),
    ];
}

function findServedProblems(
    served: readonly string[],
    declared: NonNullable<FleetArgs["runners"]>,
    path: string,
): Problem[] {
    const first = new Map<string, number>();
    return served.flatMap((runner, index) => {
        const where = memberOf(path, index);
        const earlier = first.get(runner);
        if (earlier !== undefined)
            return [error(where, `repeats ${memberOf(path, earlier)} (got ${show(runner)}). Remove one of them.`)];
        first.set(runner, index);
        if (!(runner in declared)) {
            return [
                error(
                    where,
                    `names a runner that is not declared (got ${show(runner)}).${didYouMean(runner, Object.keys(declared))} Correct the name, or declare it under runners.`,
                ),
            ];
        }
        const args = declared[runner];
        if (isEventual(args) || args?.config !== undefined) return [];
        return [
            error(
                memberOf(memberOf("runners", runner), "config"),
                `is missing, but ${path.replace(/\.runners$/, "")} serves the runner. Say how its jobs are run: { executor: shell }, for instance.`,
            ),
        ];
    });
}

function toWorker(
    name: string,
    { config, scope, runUntagged }: NonNullable<FleetArgs["runners"]>[string],
): ManagerDraft["workers"][number] {
    const facts =
        isEventual(scope) || isEventual(runUntagged)
            ? {}
            : { runner: { runUntagged: (runUntagged as boolean | undefined) ?? true } };
    // The address is not the user's here; any valid one will do for the check.
    return { name, url: "https://gitlab.com", config: config as ManagerDraft["workers"][number]["config"], ...facts };
}

function findExclusiveProblems({ exclusive }: FleetArgs): Problem[] {
    const places = new Map<string, string>();
    return entriesOf(exclusive).flatMap(([name, { scope, claim, foreign }]) => {
        const path = memberOf("exclusive", name);
        const problems = findNameProblems(name, path);
        if (!isEventual(scope)) {
            const wrong = findScopeProblems(scope, memberOf(path, "scope"));
            problems.push(...(wrong.length > 0 ? wrong : findSharedPlace(scope, memberOf(path, "scope"), places)));
        }
        if (!isEventual(claim)) {
            for (const key of ["descriptions", "tags"] as const) {
                claim?.[key]?.forEach((text, index) => {
                    if (text.trim() !== "") return;
                    problems.push(
                        error(
                            memberOf(memberOf(memberOf(path, "claim"), key), index),
                            `must not be empty (got ${show(text)}). Remove the entry.`,
                        ),
                    );
                });
            }
        }
        if (isEventual(foreign) || foreign === undefined) return problems;
        if (!FOREIGN.includes(foreign)) {
            const remedy = didYouMean(String(foreign), FOREIGN) || " Choose one of them.";
            problems.push(
                error(
                    memberOf(path, "foreign"),
                    `must be one of ${FOREIGN.join(", ")} (got ${show(foreign)}).${remedy}`,
                ),
            );
        } else if (!isEventual(claim) && (claim?.descriptions ?? []).length + (claim?.tags ?? []).length === 0) {
            problems.push(
                error(
                    memberOf(path, "foreign"),
                    `has nothing to act on without a claim (got ${show(foreign)}). Add claim: { descriptions: [...] } or { tags: [...] }, or remove it.`,
                ),
            );
        }
        return problems;
    });
}

function findSharedPlace(scope: RunnerScope, path: string, places: Map<string, string>): Problem[] {
    const key = scopeKey(scope);
    if (key === undefined) return [];
    const other = places.get(key);
    if (other !== undefined)
        return [
            error(
                path,
                `is also ${other}. Merge the two entries: a ${runnerTypeOf(scope).replace("_type", "")} has one.`,
            ),
        ];
    places.set(key, path);
    return [];
}

function findRegistryProblems({ registries }: FleetArgs): Problem[] {
    const producers = new Map<string, string>();
    return entriesOf(registries).flatMap(([producer, access]) => {
        const path = memberOf("registries", producer);
        const rules = jobTokenRules({ project: "producer", allow: "consumers" });
        const problems = findKnownProblems(toAllowlist({ ...access, producer }), rules).map((problem) => ({
            ...problem,
            path: problem.path === "producer" ? path : memberOf(path, problem.path),
        }));
        const key = referenceKey(producer as Reference);
        const other = producers.get(key);
        if (other === undefined) producers.set(key, path);
        else problems.push(error(path, `is the same project as ${other}. Merge the two entries.`));
        return problems;
    });
}

/** Entries that can be read; what was reported as unreadable is left out. */
function entriesOf<T>(map: Record<string, T> | undefined): [string, Known<T> & T][] {
    if (!isMap(map)) return [];
    return Object.entries(map).filter(([, value]) => isMap(value)) as [string, Known<T> & T][];
}
