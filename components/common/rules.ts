import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../core/later";
import { type Problem, stoppingErrors } from "../../core/problems";
import { safeText } from "../../core/safe-text";
import { findKnownProblems, isDeferred, type Known, type Rule } from "./rule";
import { warn } from "./say";
import { ARGS, readArgs, type Shape } from "./shape";
import { withFixedMessage } from "./user-error";

const checked = new WeakMap<object, readonly Problem[]>();

/** Notes that whoever declares a component has checked its arguments; `warnings` are left for the component to print. */
export function noteChecked<T extends object>(args: T, warnings: readonly Problem[] = []): T {
    checked.set(args, warnings);
    return args;
}

/** What is left to say about arguments that were checked before; undefined when they were not. */
export function leftToSay(args: object): readonly Problem[] | undefined {
    return checked.get(args);
}

/** What `gateArgs` looks at besides the rules. */
export interface Gate<T> {
    /** What kind of value each argument is. */
    shape: Shape<T>;
    /** Problems of the known arguments, where the component has found them itself. */
    known?: readonly Problem[];
}

/** Everything that is wrong with the arguments that are known now: their shape, and what the rules find in those that have theirs. */
export function findArgumentProblems<T extends object>(args: T, rules: readonly Rule<T>[], shape: Shape<T>): Problem[] {
    const { value, problems } = readArgs(args, shape);
    return problems.some(({ path }) => path === ARGS) ? problems : [...problems, ...findKnownProblems(value, rules)];
}

/** The same for what one rule has waited for. */
function findLaterProblems<T extends object>(now: object, rule: Rule<T>, shape: Shape<T>): Problem[] {
    const needs = Object.fromEntries(rule.needs.map((field) => [field, shape[field]])) as Shape<T>;
    const { problems } = readArgs(now, needs);
    return problems.length > 0 ? problems : rule.find(now as Known<T>);
}

/**
 * Throws all problems of the known arguments at once, before a child exists, and prints warnings in a preview. Rules over outputs run in the outputs'
 * chain: the returned arguments hold outputs that fail instead of passing on a value that was refused.
 */
export function gateArgs<T extends object>(
    resource: pulumi.Resource,
    label: string,
    args: T,
    rules: readonly Rule<T>[],
    { shape, known }: Gate<T>,
): T {
    report(resource, label, known ?? leftToSay(args) ?? findArgumentProblems(args, rules, shape));
    const gated = { ...args };
    for (const rule of rules.filter((candidate) => isDeferred(candidate, args))) {
        const needed = Object.fromEntries(
            rule.needs.map((field) => [field, rule.idsInOutputs ? withIds(args[field]) : args[field]]),
        );
        const passed = pulumi.unsecret(
            pulumi.output(needed).apply((now) => report(resource, label, findLaterProblems(now, rule, shape))),
        );
        for (const field of rule.needs) gated[field] = gateOutputs(gated[field], passed);
    }
    return gated;
}

/** Throws one error that lists every problem that is not merely a warning. */
export function throwErrors(resource: pulumi.Resource, label: string, problems: readonly Problem[]): void {
    const errors = stoppingErrors(problems);
    if (errors.length > 0) {
        // `true` hides the stack: it would show our code to somebody who has to change theirs.
        throw withFixedMessage(new pulumi.ResourceError(presentProblems(label, errors), resource, true));
    }
}

function report(resource: pulumi.Resource, label: string, problems: readonly Problem[]): void {
    throwErrors(resource, label, problems);
    const warnings = problems.filter((problem) => problem.severity === "warning");
    // An update follows a preview; saying it there again would only bury the rest.
    if (warnings.length > 0 && pulumi.runtime.isDryRun()) {
        warn(presentProblems(label, warnings), resource);
    }
}

/** `Runner "ci": tags …`, one line for each problem. */
export function presentProblems(label: string, problems: readonly Problem[]): string {
    return safeText(problems.map((problem) => `${label}: ${problem.path} ${problem.message}`).join("\n"));
}

/** The same value, in which every output waits for `passed`. The shape around them stays as it is. */
function gateOutputs<T>(value: T, passed: pulumi.Output<void>): T {
    if (!isEventual(value)) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return pulumi.all([value as pulumi.Input<unknown>, passed]).apply(([known]) => known) as T;
    }
    if (Array.isArray(value)) return value.map((item) => gateOutputs(item, passed)) as T;
    const entries = Object.entries(value as object).map(([key, item]) => [key, gateOutputs(item, passed)]);
    return Object.fromEntries(entries) as T;
}

/** The same value, in which digits that come out of an output are numbers: of a group that the user wrote they may be a path. */
function withIds(value: unknown): unknown {
    if (!isEventual(value)) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return pulumi.output(value).apply(digitsToNumbers);
    if (Array.isArray(value)) return value.map(withIds);
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, withIds(item)]));
}

function digitsToNumbers(value: unknown): unknown {
    if (typeof value === "string") return /^\d+$/.test(value) ? Number(value) : value;
    if (Array.isArray(value)) return value.map(digitsToNumbers);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, digitsToNumbers(item)]));
}
