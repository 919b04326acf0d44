import { isKnownLater } from "../../../core/later";
import { DIRECTORY_ENDS, type DirectoryEnd } from "../../../core/manager-directory";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { memberOf, show } from "../../../core/values";
import type { Cost } from "./kind";

/** What a directory may say about other machines and owners, wherever it is. */
export interface OwnerOptions {
    /**
     * Whether the directory is mounted on several machines, so that each of them may write it. Without it only the
     * machine on which it was first written does. @default false
     */
    sharedBetweenMachines?: boolean;
    /**
     * The manager, `<project>/<stack>/<manager>`, that wrote the directory until now and whose it shall be no longer. Its
     * `config.toml` is kept aside. @default - a directory of another manager is refused
     */
    takeOverFrom?: string;
    /**
     * What becomes of the files when the manager is taken out, destroyed or put elsewhere: `remove`, or `keep`, by which
     * nothing in the directory is touched and its host need not answer. @default "remove"
     */
    onDestroy?: DirectoryEnd;
}

/** What a change of each does. */
export const OWNER_COSTS = {
    sharedBetweenMachines: "in place",
    takeOverFrom: "in place",
    onDestroy: "in place",
} as const satisfies Record<keyof OwnerOptions, Cost>;

/** What is wrong with them. */
export function findOwnerProblems(options: Record<string, unknown>, path: string): Problem[] {
    const { sharedBetweenMachines, takeOverFrom, onDestroy } = options;
    const isOwner = typeof takeOverFrom === "string" && /^[^/\s]+\/[^/\s]+\/\S/.test(takeOverFrom);
    const text = `must be <project>/<stack>/<manager>, as the error about the directory says it (got ${show(takeOverFrom)}). Correct it.`;
    return [
        ...findFlagProblems(sharedBetweenMachines, memberOf(path, "sharedBetweenMachines")),
        ...(takeOverFrom === undefined || isKnownLater(takeOverFrom) || isOwner
            ? []
            : [error(memberOf(path, "takeOverFrom"), text)]),
        ...(isKnownLater(onDestroy) ? [] : findChoiceProblems(onDestroy, DIRECTORY_ENDS, memberOf(path, "onDestroy"))),
    ];
}

/** What is wrong with a yes or no. */
export function findFlagProblems(value: unknown, path: string): Problem[] {
    if (value === undefined || typeof value === "boolean" || isKnownLater(value)) return [];
    return [error(path, `must be true or false (got ${show(value)}). Correct it.`)];
}

/** What is wrong with a text that is needed: that it is missing, no text, or empty. */
export function findTextProblems(value: unknown, path: string, remedy: string): Problem[] {
    if (isKnownLater(value)) return [];
    if (value === undefined) return [error(path, `is missing. ${remedy}`)];
    if (typeof value !== "string") return [error(path, `must be a text (got ${show(value)}). ${remedy}`)];
    return value.trim() === "" ? [error(path, `must not be empty (got ${show(value)}). ${remedy}`)] : [];
}
