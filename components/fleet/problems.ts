import { findSilenceProblems, findWorkerProblems } from "../../core/config-toml";
import { ANY_IDENTITY, markerOf } from "../../core/marker";
import type { Problem } from "../../core/problems";
import { findIdProblems, findReferenceProblems, type Reference, referenceKey } from "../../core/reference";
import { didYouMean } from "../../core/suggest";
import { isMap, joinPaths, memberOf, show } from "../../core/values";
import { registryRules, toAllowlist } from "../allowlist/registry-access";
import { findDurationProblems } from "../common/durations";
import { isEventual } from "../common/eventual";
import { error, findKnownProblems } from "../common/rules";
import { findScopeProblems, type RunnerScope, runnerTypeOf, scopeKey } from "../common/scope";
import type { ExclusiveArgs, RunnerClaim } from "../exclusive/exclusive";
import { findNameProblems, runnerRules } from "../runner/problems";
import type { FleetArgs } from "./fleet";
import { entriesOf, findManagerProblems, toWorker } from "./manager-problems";

/** What happens to claimed runners that the program does not declare. */
export const FOREIGN = ["report", "pause", "delete"] as const;

/** What GitLab can say about a runner that a claim may name. */
export const STATUSES = ["stale", "never_contacted", "offline"] as const;

/** Whether one part of a claim is enough or all that are given are needed. */
export const MATCHES = ["any", "all"] as const;

/** All that can be told about a fleet before any request is sent. `root` is the path of the fleet's arguments. */
export function findFleetProblems(args: FleetArgs, owner: string, root = ""): Problem[] {
    return [
        ...findRunnerProblems(args, owner, memberOf(root, "runners")),
        ...findManagerProblems(args, root),
        ...findExclusiveProblems(args, memberOf(root, "exclusive")),
        ...findRegistryProblems(args, memberOf(root, "registries")),
    ];
}

function findRunnerProblems(args: FleetArgs, owner: string, root: string): Problem[] {
    return entriesOf(args.runners).flatMap(([name, runner]) => {
        const path = memberOf(root, name);
        const own = findKnownProblems(runner, runnerRules(name, markerOf(owner, ANY_IDENTITY, name)));
        const problems = own.map((problem) => ({
            ...problem,
            path: problem.path === "name" ? path : joinPaths(path, problem.path),
        }));
        if (!isEventual(runner.silence)) {
            problems.push(...findSilenceProblems(runner.silence, memberOf(path, "silence")));
        }
        const served = entriesOf(args.managers).some(
            ([, { runners }]) => !isEventual(runners) && runners.includes(name),
        );
        if (served || !isMap(runner.config)) return problems;
        // No manager serves it yet; its keys are checked all the same.
        return [...problems, ...findWorkerProblems(toWorker(name, runner), memberOf(path, "config"))];
    });
}

function findExclusiveProblems({ exclusive }: FleetArgs, root: string): Problem[] {
    const places = new Map<string, string>();
    return entriesOf(exclusive).flatMap(([name, args]) => {
        const { scope, claim, foreign } = args;
        const path = memberOf(root, name);
        const problems = findNameProblems(name, path);
        if (isMap(scope) && "projectsBelow" in scope) {
            const below = memberOf(memberOf(path, "scope"), "projectsBelow");
            if (!isEventual(scope)) problems.push(...findReferenceProblems("group", scope.projectsBelow, below));
        } else if (!isEventual(scope)) {
            const wrong = findScopeProblems(scope, memberOf(path, "scope"));
            problems.push(
                ...(wrong.length > 0 ? wrong : findSharedPlace(scope as RunnerScope, memberOf(path, "scope"), places)),
            );
        }
        problems.push(...findGuardProblems(args, path));
        if (isMap(claim)) problems.push(...findClaimProblems(claim, memberOf(path, "claim")));
        if (isEventual(foreign) || foreign === undefined) return problems;
        if (!FOREIGN.includes(foreign)) {
            problems.push(...findChoiceProblems(foreign, FOREIGN, memberOf(path, "foreign")));
        } else if (!isEventual(claim) && !isClaiming(claim)) {
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

function findClaimProblems(claim: RunnerClaim, path: string): Problem[] {
    const problems = findDurationProblems(claim.offlineFor, memberOf(path, "offlineFor"), "30d or 12h");
    for (const key of ["descriptions", "tags"] as const) {
        listOf(claim[key]).forEach((text, index) => {
            if (typeof text !== "string" || text.trim() !== "") return;
            const where = memberOf(memberOf(path, key), index);
            problems.push(error(where, `must not be empty (got ${show(text)}). Remove the entry.`));
        });
    }
    listOf(claim.statuses).forEach((status, index) => {
        problems.push(...findChoiceProblems(status, STATUSES, memberOf(memberOf(path, "statuses"), index)));
    });
    return [...problems, ...findChoiceProblems(claim.match, MATCHES, memberOf(path, "match"))];
}

/** Entries of a list; none of an output or of what was reported as unreadable. */
function listOf(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

function findChoiceProblems(value: unknown, choices: readonly string[], path: string): Problem[] {
    if (value === undefined || isEventual(value) || choices.includes(value as string)) return [];
    const remedy = didYouMean(String(value), choices) || " Choose one of them.";
    return [error(path, `must be one of ${choices.join(", ")} (got ${show(value)}).${remedy}`)];
}

/** Whether a claim names anything. */
function isClaiming({
    descriptions = [],
    tags = [],
    statuses = [],
    creators = [],
    offlineFor,
}: RunnerClaim = {}): boolean {
    return offlineFor !== undefined || [descriptions, tags, statuses, creators].some((list) => list.length > 0);
}

function findGuardProblems({ keep, limit, quietPeriod }: ExclusiveArgs, path: string): Problem[] {
    const problems = findDurationProblems(quietPeriod, memberOf(path, "quietPeriod"), "1h or 30m", { mayBeZero: true });
    if (!isEventual(keep)) {
        const ids = memberOf(memberOf(path, "keep"), "ids");
        problems.push(...(keep?.ids ?? []).flatMap((id, index) => findIdProblems(id, memberOf(ids, index))));
    }
    if (limit !== undefined && (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0)) {
        problems.push(
            error(memberOf(path, "limit"), `must be a whole number, 0 or more (got ${show(limit)}). Correct it.`),
        );
    }
    return problems;
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

function findRegistryProblems({ registries }: FleetArgs, root: string): Problem[] {
    const producers = new Map<string, string>();
    return entriesOf(registries).flatMap(([producer, access]) => {
        const path = memberOf(root, producer);
        const problems = findKnownProblems(toAllowlist({ ...access, producer }), registryRules()).map((problem) => ({
            ...problem,
            path: problem.path === "producer" ? path : joinPaths(path, problem.path),
        }));
        const key = referenceKey(producer as Reference);
        const other = producers.get(key);
        if (other === undefined) producers.set(key, path);
        else problems.push(error(path, `is the same project as ${other}. Merge the two entries.`));
        return problems;
    });
}
