import type * as pulumi from "@pulumi/pulumi";
import type { RunnerType } from "../../core/choices";
import { error, findUnknownKeys, type Problem } from "../../core/problems";
import { findReferenceProblems, type Reference, type ReferenceKind, referenceKey } from "../../core/reference";
import { isEventual, isKnownLater, isMap, memberOf, show } from "../../core/values";
import { reference } from "./kinds";
import { mapSchema } from "./maps";
import { type Kind, needed, plain, referring, settled } from "./shape";

/** A reference that may be an output of another resource. */
export type ReferenceInput = pulumi.Input<Reference>;

/** Who may use a runner: the projects of a group and its subgroups, a single project, or everybody on the instance. */
export type RunnerScope = { group: ReferenceInput } | { project: ReferenceInput } | "instance";

export function runnerTypeOf(scope: RunnerScope): RunnerType {
    if (scope === "instance") return "instance_type";
    return "group" in scope ? "group_type" : "project_type";
}

/** The group or project of a scope; undefined for the instance. */
function referenceOf(scope: RunnerScope): ReferenceInput | undefined {
    if (scope === "instance") return undefined;
    return "group" in scope ? scope.group : scope.project;
}

/** Key of a scope, equal for equivalent spellings: `group apps`. Undefined while the group or project is an output. */
export function scopeKey(scope: RunnerScope): string | undefined {
    if (scope === "instance") return "instance";
    const reference = referenceOf(scope);
    if (isEventual(reference)) return undefined;
    return `${"group" in scope ? "group" : "project"} ${referenceKey(reference as string | number)}`;
}

/**
 * Whether two scopes may be the same. A path and an id may mean the same group, and an output may mean any. In doubt
 * the answer is yes, because it decides which runners are spared.
 */
export function maySharePlace(one: RunnerScope, other: RunnerScope): boolean {
    if (runnerTypeOf(one) !== runnerTypeOf(other)) return false;
    const [a, b] = [scopeKey(one), scopeKey(other)];
    if (a === undefined || b === undefined || a === b) return true;
    return a.includes(" #") !== b.includes(" #");
}

const REMEDY = "Write { group: <path or id> }, { project: <path or id> } or instance.";

export const scope: Kind<RunnerScope> = plain(
    settled(
        {
            anyOf: [
                { type: "string", const: "instance" },
                mapSchema({ group: needed(undefined, reference("group")) }),
                mapSchema({ project: needed(undefined, reference("project")) }),
            ],
        },
        findScopeProblems,
    ),
);

export function neededScope<T>(kind: Kind<T>): Kind<T> {
    return referring(needed("{ group: <path or id> }, { project: <path or id> } or instance", kind));
}

export function findScopeProblems(value: unknown, path: string): Problem[] {
    if (value === "instance") return [];
    if (!isMap(value)) return [error(path, `is not a scope (got ${show(value)}). ${REMEDY}`)];
    const unknown = findUnknownKeys(value, ["group", "project"], path, REMEDY);
    if (unknown.length > 0) return unknown;
    if ("group" in value && "project" in value) {
        const message =
            "has both group and project, but a runner belongs to one of them. Keep one and remove the other.";
        return [error(path, message)];
    }
    for (const kind of ["group", "project"] as const) {
        if (kind in value) return findScopedProblems(kind, value[kind], memberOf(path, kind));
    }
    return [error(path, `names neither a group nor a project (got ${show(value)}). ${REMEDY}`)];
}

/** What is wrong with the group or project in a scope; nothing if it is not known yet. */
export function findScopedProblems(kind: ReferenceKind, value: unknown, path: string): Problem[] {
    return isKnownLater(value) ? [] : findReferenceProblems(kind, value, path);
}
