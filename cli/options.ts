import { InvalidArgumentError } from "commander";
import { parseId } from "../core/id";
import { findIdProblems, findReferenceProblems, type ReferenceKind } from "../core/reference";

/** For an option that may be repeated. */
export function collect(value: string, all: string[] = []): string[] {
    return [...all, value];
}

/** For an option that counts. */
export function toCount(text: string): number {
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
    return Number(text);
}

/** For an option that names runners by id and may be repeated. */
export function collectRunnerId(value: string, all: string[] = []): string[] {
    const [problem] = findIdProblems(value, "It");
    if (problem !== undefined) throw new InvalidArgumentError(`It ${problem.message}`);
    return [...all, value];
}

/** For an option that names a group or a project by its full path or its id. */
export function toReference(kind: ReferenceKind): (value: string) => string {
    return (value) => {
        // On a command line digits have no quotes that could tell a path from an id.
        const [problem] = findReferenceProblems(kind, parseId(value) ?? value, "It");
        if (problem !== undefined) throw new InvalidArgumentError(`It ${problem.message}`);
        return value;
    };
}

/** The same for what may be repeated. */
export function collectReference(kind: ReferenceKind): (value: string, all?: string[]) => string[] {
    return (value, all = []) => [...all, toReference(kind)(value)];
}
