import { FOREIGN, MATCHES, STATUSES } from "../../core/choices";
import { findDurationProblems } from "../../core/durations";
import { error, findChoiceProblems, type Problem } from "../../core/problems";
import { findIdProblems, findReferenceProblems } from "../../core/reference";
import { isEventual, isMap, memberOf, show } from "../../core/values";
import { findNameProblems } from "../common/names";
import type { Rule } from "../common/rule";
import { findScopeProblems, scope } from "../common/scope";
import {
    anything,
    choice,
    declaredRunner,
    duration,
    listOf as inList,
    needed,
    plain,
    reference,
    type Shape,
    shaped,
    text,
} from "../common/shape";
import type { ExclusiveArgs, ExclusiveRunnersArgs, RunnerClaim, RunnerExceptions } from "./args";

/** The kinds of the arguments of an exclusive scope. */
export const EXCLUSIVE_SHAPE: Shape<ExclusiveArgs> = {
    scope: needed(
        undefined,
        anything((to) => {
            const projectsBelow = reference("group").schema(to);
            return to.z.union([scope.schema(to), to.z.strictObject({ projectsBelow })]);
        }),
    ),
    claim: shaped<RunnerClaim>("claim", {
        descriptions: inList(text),
        tags: inList(text),
        statuses: inList(choice(STATUSES)),
        offlineFor: duration("30d or 12h"),
        creators: inList(text),
        match: choice(MATCHES),
    }),
    keep: plain(
        shaped<RunnerExceptions>("keep", {
            ids: plain(inList(plain(anything(({ z }) => z.union([z.int(), z.string()]))))),
            descriptions: inList(text),
            tags: inList(text),
        }),
    ),
    foreign: choice(FOREIGN),
    limit: anything(({ z }) => z.int().min(0)),
    quietPeriod: duration("1h or 30m"),
};

/** The same with the runners of the scope. */
export const EXCLUSIVE_RUNNERS_SHAPE: Shape<ExclusiveRunnersArgs> = {
    ...EXCLUSIVE_SHAPE,
    runners: needed("the declared runners of the scope, [] for none", plain(inList(declaredRunner))),
};

/** Everything that can be wrong with one exclusive scope. */
export function exclusiveRules<T extends ExclusiveArgs>(name: string): Rule<T>[] {
    return [
        { needs: [], find: () => findNameProblems(name, "name") },
        { needs: ["scope"], idsInOutputs: true, find: ({ scope }) => findWhereProblems(scope, "scope") },
        { needs: [], find: findGuardProblems },
        { needs: [], find: ({ claim }) => (isMap(claim) ? findClaimProblems(claim, "claim") : []) },
        { needs: [], find: ({ foreign, claim }) => findForeignProblems(foreign, claim, "foreign") },
    ];
}

function findWhereProblems(scope: unknown, path: string): Problem[] {
    return isMap(scope) && "projectsBelow" in scope
        ? findReferenceProblems("group", scope.projectsBelow, memberOf(path, "projectsBelow"))
        : findScopeProblems(scope, path);
}

function findForeignProblems(foreign: unknown, claim: RunnerClaim | undefined, path: string): Problem[] {
    if (foreign === undefined || isEventual(foreign)) return [];
    const problems = findChoiceProblems(foreign, FOREIGN, path);
    if (problems.length > 0 || isEventual(claim) || isClaiming(claim)) return problems;
    const message = `has nothing to act on without a claim (got ${show(foreign)}). Add claim: { descriptions: [...] } or { tags: [...] }, or remove it.`;
    return [error(path, message)];
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
        problems.push(...findChoice(status, STATUSES, memberOf(memberOf(path, "statuses"), index)));
    });
    return [...problems, ...findChoice(claim.match, MATCHES, memberOf(path, "match"))];
}

/** Entries of a list; none of an output or of what was reported as unreadable. */
function listOf(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

function findChoice(value: unknown, choices: readonly string[], path: string): Problem[] {
    return isEventual(value) ? [] : findChoiceProblems(value, choices, path);
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

function findGuardProblems({
    keep,
    limit,
    quietPeriod,
}: Pick<ExclusiveArgs, "keep" | "limit" | "quietPeriod">): Problem[] {
    const problems = findDurationProblems(quietPeriod, "quietPeriod", "1h or 30m", { mayBeZero: true });
    if (!isEventual(keep)) {
        const ids = "keep.ids";
        problems.push(...(keep?.ids ?? []).flatMap((id, index) => findIdProblems(id, memberOf(ids, index))));
    }
    if (limit !== undefined && (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0)) {
        problems.push(error("limit", `must be a whole number, 0 or more (got ${show(limit)}). Correct it.`));
    }
    return problems;
}
