import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../core/problems";
import { isEventual, isKnownLater, isUnreadable, joinPaths } from "../../core/values";

/** What a component's arguments look like once every output in them is known. */
export type Known<T> = { [Field in keyof T]: pulumi.Unwrap<T[Field]> };

/** What several arguments of a component can have against each other: of one alone its kind tells. */
export interface Rule<T> {
    /** The rule waits until all of these are known. */
    needs: readonly (keyof T)[];
    /** The rule lets outputs inside those fields pass: it looks at the rest now, and at all of it later. @default false */
    passesOutputs?: boolean;
    /** The problems, with paths relative to the arguments. */
    find(args: Known<T>): Problem[];
}

export function findKnownProblems<T extends object>(args: T, rules: readonly Rule<T>[]): Problem[] {
    return rules.filter((rule) => runsNow(rule, args)).flatMap((rule) => rule.find(args as Known<T>));
}

/** Problems of a part of something larger. `path` is where the part stands; what is said of `self` is said of the part. */
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
