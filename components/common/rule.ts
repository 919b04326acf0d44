import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../core/problems";
import { isEventual, isKnownLater, isUnreadable, joinPaths } from "../../core/values";

/** What a component's arguments look like once every output in them is known. */
export type Known<T> = { [Field in keyof T]: pulumi.Unwrap<T[Field]> };

/** A check of several arguments of a component together. A single argument is checked by its kind. */
export interface Rule<T> {
    /** The rule waits until all of these are known. */
    needs: readonly (keyof T)[];
    /** Whether the rule accepts outputs inside those fields: it checks the rest now, and all later. @default false */
    passesOutputs?: boolean;
    /** The problems, with paths relative to the arguments. */
    find(args: Known<T>): Problem[];
}

export function findKnownProblems<T extends object>(args: T, rules: readonly Rule<T>[]): Problem[] {
    return rules.filter((rule) => runsNow(rule, args)).flatMap((rule) => rule.find(args as Known<T>));
}

/** Problems of a part of something larger. `path` is the path of the part, and replaces the path `self` in problems. */
export function findProblemsAt<T extends object>(
    path: string,
    self: string,
    args: T,
    rules: readonly Rule<T>[],
): Problem[] {
    return findKnownProblems(args, rules).map((problem) => ({
        ...problem,
        path: problem.path === self ? path : joinPaths(path, problem.path),
    }));
}

function runsNow<T extends object>(rule: Rule<T>, args: T): boolean {
    if (!isDeferred(rule, args)) return true;
    return (
        rule.passesOutputs === true &&
        !rule.needs.some((field) => isKnownLater(args[field]) || isUnreadable(args[field]))
    );
}

/** Whether a rule has to wait for outputs. */
export function isDeferred<T extends object>(rule: Rule<T>, args: T): boolean {
    return rule.needs.some((field) => isEventual(args[field]));
}
