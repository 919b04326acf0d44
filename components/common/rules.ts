import * as pulumi from "@pulumi/pulumi";
import { type Problem, stoppingErrors, unsaid } from "../../core/problems";
import { safeText } from "../../core/safe-text";
import { isEventual, mapParts } from "../../core/values";
import { readArgs } from "./maps";
import { findKnownProblems, isDeferred, type Rule } from "./rule";
import { warn, withFixedMessage } from "./say";
import type { Kind, Shape } from "./shape";

/** Returns where a part of the arguments, such as `consumers.groups[0]`, was written. */
type Places = (part: string) => string;

const checked = new WeakMap<object, Places | undefined>();

/**
 * Notes that the arguments of a component were already checked and their problems reported, by whatever declares it.
 * With `places`, errors that are found later name those places instead of the component's own arguments.
 */
export function noteChecked<T extends object>(args: T, places?: Places): T {
    checked.set(args, places);
    return args;
}

/** Where the parts of a component's arguments were written, if that was noted. */
export function placesOf(args: object): Places | undefined {
    return checked.get(args);
}

/** Whether these arguments were already checked. */
export function isChecked(args: object): boolean {
    return checked.has(args);
}

interface Gate<T> {
    /** The kind of each argument. */
    shape?: Shape<T>;
    /** Rules about several arguments together. */
    rules: readonly Rule<T>[];
    /** Problems of the known arguments, if the component has already looked for them. */
    known?: readonly Problem[];
    /** The arguments that the user gave, if the checked arguments were derived from them. */
    given?: object;
}

/** All problems of the arguments that are known now: of their shape, and those that rules find in well-formed ones. */
function findArgumentProblems<T extends object>(args: T, { rules, shape = {} as Shape<T> }: Gate<T>): Problem[] {
    const { value, problems } = readArgs(args, shape);
    return [...problems, ...unsaid(findKnownProblems(value, rules), problems)];
}

/**
 * Throws all problems of the known arguments at once, before a child exists, and prints warnings in a preview. Outputs
 * are checked in their `apply`: the returned arguments contain outputs that fail instead of passing on a refused value.
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

/** Problems that were not reported before: a rule may have found some beside outputs already. */
function unrepeated(found: readonly Problem[], before: readonly Problem[]): Problem[] {
    const said = new Set(before.map(({ path, message }) => `${path} ${message}`));
    return found.filter(({ path, message }) => !said.has(`${path} ${message}`));
}

/** Throws one error that lists every problem that is not merely a warning. */
export function throwErrors(resource: pulumi.Resource, label: string, problems: readonly Problem[]): void {
    const errors = stoppingErrors(problems);
    if (errors.length > 0) {
        // `true` hides the stack trace: it would show our code to users who have to change theirs.
        throw withFixedMessage(new pulumi.ResourceError(presentProblems(label, errors), resource, true));
    }
}

/** Prints warnings below a resource, only in a preview: repeating them in the update after it would bury the rest. */
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

/** Formats problems, one per line: `Runner "ci": tags …`. Without a label if the path says it all. */
export function presentProblems(label: string | undefined, problems: readonly Problem[]): string {
    const begin = label === undefined ? "" : `${label}: `;
    return safeText(problems.map((problem) => `${begin}${problem.path} ${problem.message}`).join("\n"));
}

/** Replaces every output inside a value, and keeps the structure around them. */
function mapOutputs(value: unknown, change: (output: pulumi.Output<unknown>) => unknown): unknown {
    if (!isEventual(value)) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return change(pulumi.output(value));
    return mapParts(value, (part) => mapOutputs(part, change));
}

const named = new WeakSet<Error>();

/**
 * Adds the argument's name to a failure in the user's code: a rejected promise, or an `apply` that throws. The failure
 * keeps its stack, which is the user's; Pulumi would prefix it with our own property names.
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

/** Makes every output inside a value wait for `passed`. */
function gateOutputs<T>(value: T, passed: pulumi.Output<void>): T {
    return mapOutputs(value, (output) => pulumi.all([output, passed]).apply(([known]) => known)) as T;
}

/** Converts digits that come out of an output to numbers. Digits that the user wrote as a group may be a path. */
function withIds(value: unknown): unknown {
    return mapOutputs(value, (output) => output.apply(digitsToNumbers));
}

function digitsToNumbers(value: unknown): unknown {
    if (typeof value === "string") return /^\d+$/.test(value) ? Number(value) : value;
    return mapParts(value, digitsToNumbers);
}
