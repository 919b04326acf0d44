import { attempt } from "../../../core/attempt";
import { mapValues } from "../../../core/values";

/** Prefix of every key of a fleet. */
export const OURS = "gitlab-fleet:";

/** Parses a value that Pulumi passed: maps and lists are JSON, everything else is text. */
export function fromJson(text: string): unknown {
    const value = attempt((): unknown => JSON.parse(text));
    return value === undefined ? text : value;
}

/** The value that Pulumi converted to text. */
export function knownOf(value: unknown): unknown {
    return typeof value === "string" ? fromJson(value) : value;
}

/** Values by full key, parsed where Pulumi converted them to text. */
export function toKnown(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return mapValues(values, knownOf);
}
