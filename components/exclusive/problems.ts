import { FOREIGN, MATCHES, STATUSES } from "../../core/choices";
import { error, findUnknownKeys, type Problem } from "../../core/problems";
import { isEventual, isMap, memberOf, show } from "../../core/values";
import { choice, declaredRunner, duration, reference, runnerId, text, whole } from "../common/kinds";
import { mapSchema, shaped } from "../common/maps";
import { findNameProblems } from "../common/names";
import type { Rule } from "../common/rule";
import { findScopedProblems, findScopeProblems, neededScope, scope } from "../common/scope";
import { also, listOf, needed, plain, type Shape, settled } from "../common/shape";
import type { ExclusiveArgs, ExclusiveRunnersArgs, RunnerClaim, RunnerExceptions } from "./args";

const entries = listOf(
    also(text, (value, path) => {
        const isEmpty = typeof value === "string" && value.trim() === "";
        return isEmpty ? [error(path, `must not be empty (got ${show(value)}). Remove the entry.`)] : [];
    }),
);

export const EXCLUSIVE_SHAPE: Shape<ExclusiveArgs> = {
    scope: neededScope(
        plain(
            settled(
                { anyOf: [scope.schema!, mapSchema({ projectsBelow: needed(undefined, reference("group")) })] },
                findWhereProblems,
            ),
        ),
    ),
    claim: shaped<RunnerClaim>("claim", {
        descriptions: entries,
        tags: entries,
        statuses: listOf(choice(STATUSES)),
        offlineFor: duration("30d or 12h"),
        creators: listOf(text),
        match: choice(MATCHES),
    }),
    keep: plain(
        shaped<RunnerExceptions>("keep", {
            ids: plain(listOf(plain(runnerId))),
            descriptions: listOf(text),
            tags: listOf(text),
        }),
    ),
    foreign: choice(FOREIGN),
    limit: whole(0),
    quietPeriod: duration("1h or 30m", { mayBeZero: true }),
};

export const EXCLUSIVE_RUNNERS_SHAPE: Shape<ExclusiveRunnersArgs> = {
    ...EXCLUSIVE_SHAPE,
    runners: needed("the declared runners of the scope, [] for none", plain(listOf(declaredRunner))),
};

export function exclusiveRules<T extends ExclusiveArgs>(name: string): Rule<T>[] {
    return [
        { needs: [], find: () => findNameProblems(name, "name") },
        { needs: [], find: ({ foreign, claim }) => findForeignProblems(foreign, claim, "foreign") },
    ];
}

function findWhereProblems(scope: unknown, path: string): Problem[] {
    if (!isMap(scope) || !("projectsBelow" in scope)) return findScopeProblems(scope, path);
    const others = findUnknownKeys(scope, ["projectsBelow"], path);
    return [...others, ...findScopedProblems("group", scope.projectsBelow, memberOf(path, "projectsBelow"))];
}

function findForeignProblems(foreign: unknown, claim: RunnerClaim | undefined, path: string): Problem[] {
    if (foreign === undefined || isEventual(foreign) || isEventual(claim) || isClaiming(claim)) return [];
    const message = `has nothing to act on without a claim (got ${show(foreign)}). Add claim: { descriptions: [...] } or { tags: [...] }, or remove it.`;
    return [error(path, message)];
}

function isClaiming({
    descriptions = [],
    tags = [],
    statuses = [],
    creators = [],
    offlineFor,
}: RunnerClaim = {}): boolean {
    return offlineFor !== undefined || [descriptions, tags, statuses, creators].some((list) => list.length > 0);
}
