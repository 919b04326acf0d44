import { InvalidArgumentError } from "commander";
import { parseId } from "../core/id";
import { findIdProblems, findReferenceProblems, type ReferenceKind } from "../core/reference";

/** Parses an option that may be repeated. */
export function collect(value: string, all: string[] = []): string[] {
    return [...all, value];
}

/** Parses an option that is a whole number. */
export function toCount(text: string): number {
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
    return Number(text);
}

/** Parses an option that is a runner's id and may be repeated. */
export function collectRunnerId(value: string, all: string[] = []): string[] {
    const [problem] = findIdProblems(value, "It");
    if (problem !== undefined) throw new InvalidArgumentError(`It ${problem.message}`);
    return [...all, value];
}

/** Parses an option that is the full path or id of a group or project. */
export function toReference(kind: ReferenceKind): (value: string) => string {
    return (value) => {
        // On a command line no quotes show whether digits are a path or an id, so they are an id.
        const [problem] = findReferenceProblems(kind, parseId(value) ?? value, "It");
        if (problem !== undefined) throw new InvalidArgumentError(`It ${problem.message}`);
        return value;
    };
}

/** The same for an option that may be repeated. */
export function collectReference(kind: ReferenceKind): (value: string, all?: string[]) => string[] {
    return (value, all = []) => [...all, toReference(kind)(value)];
}
