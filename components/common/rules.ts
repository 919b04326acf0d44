import * as pulumi from "@pulumi/pulumi";
import { type Problem, stoppingErrors, unsaid } from "../../core/problems";
import { safeText } from "../../core/safe-text";
import { isEventual, mapParts } from "../../core/values";
import { readArgs } from "./maps";
import { findKnownProblems, isDeferred, type Rule } from "./rule";
import { warn, withFixedMessage } from "./say";
import type { Kind, Shape } from "./shape";

/** Where a part of arguments was written, such as `consumers.groups[0]`. */
type Places = (part: string) => string;

const checked = new WeakMap<object, Places | undefined>();

/**
 * Notes that whoever declares a component has checked its arguments, and has said what is wrong or unwise in them. With `places`, errors
 * that are found later speak of these, and not of the arguments of a part.
 */
export function noteChecked<T extends object>(args: T, places?: Places): T {
    checked.set(args, places);
    return args;
}

/** Where the parts of a component's arguments were written, as far as somebody has noted it. */
export function placesOf(args: object): Places | undefined {
    return checked.get(args);
}

/** Whether nothing is left to say about arguments. */
export function isChecked(args: object): boolean {
    return checked.has(args);
}

interface Gate<T> {
    /** What each argument must be. */
    shape?: Shape<T>;
    /** What several have to do with each other. */
    rules: readonly Rule<T>[];
    /** What the component has found itself in those that are known now. */
    known?: readonly Problem[];
    /** The arguments as the user gave them, where these are made of them. */
    given?: object;
}

/** Everything that is wrong with the arguments that are known now: their shape, and what the rules find in those that have theirs. */
function findArgumentProblems<T extends object>(args: T, { rules, shape = {} as Shape<T> }: Gate<T>): Problem[] {
    const { value, problems } = readArgs(args, shape);
    return [...problems, ...unsaid(findKnownProblems(value, rules), problems)];
}

/**
 * Throws all problems of the known arguments at once, before a child exists, and prints warnings in a preview. Outputs are looked at in their
 * chain: the returned arguments hold outputs that fail instead of passing on a value that was refused.
 */
export function gateArgs<T extends object>(resource: pulumi.Resource, label: string, args: T, gate: Gate<T>): T {
    const { shape, rules, known } = gate;
    const problems = known ?? (isChecked(args) ? [] : findArgumentProblems(args, gate));
    throwErrors(resource, label, problems);
    printWarnings(resource, label, problems);
    nameFailures(label, gate.given ?? args);
    const gated = { ...args };
    const later = (fields: readonly (keyof T)[], find: (now: T) => Problem[]) => {
        const needed = fields.map((field) => [field, shape?.[field].refers ? withIds(args[field]) : args[field]]);
        const passed = pulumi.unsecret(
            pulumi.output(Object.fromEntries(needed) as object).apply((now) => {
                const found = find(now as T);
                throwErrors(resource, label, found);
                if (found.length > 0) printWarnings(resource, label, unrepeated(found, find(args)));
            }),
        );
        for (const field of fields) gated[field] = gateOutputs(gated[field], passed);
    };
    for (const [name, kind] of Object.entries<Kind>(shape ?? {})) {
        const field = name as keyof T;
        if (isEventual(args[field])) later([field], (now) => kind(now[field], name).problems);
    }
    for (const rule of rules.filter((candidate) => isDeferred(candidate, args))) {
        const ofNeeds = shape && Object.fromEntries(rule.needs.map((field) => [field, shape[field]]));
        later(rule.needs, (now) => findKnownProblems(readArgs(now, (ofNeeds ?? {}) as Shape<T>).value, [rule]));
    }
    return gated;
}

/** What was found anew: what a rule has found beside outputs was said then. */
function unrepeated(found: readonly Problem[], before: readonly Problem[]): Problem[] {
    const said = new Set(before.map(({ path, message }) => `${path} ${message}`));
    return found.filter(({ path, message }) => !said.has(`${path} ${message}`));
}

/** Throws one error that lists every problem that is not merely a warning. */
export function throwErrors(resource: pulumi.Resource, label: string, problems: readonly Problem[]): void {
    const errors = stoppingErrors(problems);
    if (errors.length > 0) {
        // `true` hides the stack: it would show our code to somebody who has to change theirs.
        throw withFixedMessage(new pulumi.ResourceError(presentProblems(label, errors), resource, true));
    }
}

/** Prints what is unwise below a resource. An update follows a preview: saying it there again would only bury the rest. */
export function printWarnings(
    resource: pulumi.Resource,
    label: string | undefined,
    problems: readonly Problem[],
): void {
    if (!pulumi.runtime.isDryRun()) return;
    for (const problem of problems) {
        if (problem.severity === "warning") warn(presentProblems(label, [problem]), resource);
    }
}

/** `Runner "ci": tags …`, one line for each problem; without a label where the path says it all. */
export function presentProblems(label: string | undefined, problems: readonly Problem[]): string {
    const begin = label === undefined ? "" : `${label}: `;
    return safeText(problems.map((problem) => `${begin}${problem.path} ${problem.message}`).join("\n"));
}

/** The same value, in which every output is changed. The shape around them stays as it is. */
function mapOutputs(value: unknown, change: (output: pulumi.Output<unknown>) => unknown): unknown {
    if (!isEventual(value)) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return change(pulumi.output(value));
    return mapParts(value, (part) => mapOutputs(part, change));
}

const named = new WeakSet<Error>();

/**
 * Has a failure of the user's own, a promise that is rejected or an `apply` that throws, say for which argument it is. It keeps its
 * stack, which is the user's; Pulumi would put the names of our properties in front of it.
 */
function nameFailures(label: string, args: object): void {
    for (const [name, value] of Object.entries(args)) {
        mapOutputs(value, (output) => {
            (output as unknown as { promise(): Promise<unknown> }).promise().catch((error: unknown) => {
                const isTold = pulumi.RunError.isInstance(error);
                if (isTold || !(error instanceof Error) || named.has(error)) return;
                named.add(error);
                const frames = /\n {4}at .*/s.exec(error.stack ?? "")?.[0] ?? "";
                error.message = safeText(`${label}: ${name} could not be had: ${error.message}`);
                Object.assign(withFixedMessage(error), { stack: error.message + frames });
            });
            return output;
        });
    }
}

/** The same value, in which every output waits for `passed`. */
function gateOutputs<T>(value: T, passed: pulumi.Output<void>): T {
    return mapOutputs(value, (output) => pulumi.all([output, passed]).apply(([known]) => known)) as T;
}

/** The same value, in which digits that come out of an output are numbers: of a group that the user wrote they may be a path. */
function withIds(value: unknown): unknown {
    return mapOutputs(value, (output) => output.apply(digitsToNumbers));
}

function digitsToNumbers(value: unknown): unknown {
    if (typeof value === "string") return /^\d+$/.test(value) ? Number(value) : value;
    return mapParts(value, digitsToNumbers);
}
