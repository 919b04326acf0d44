import { attempt } from "../../../core/attempt";
import { mapValues } from "../../../core/values";

/** What stands before every key of a fleet. */
export const OURS = "gitlab-fleet:";

/** Pulumi hands over maps and lists as JSON and everything else as text. */
export function fromJson(text: string): unknown {
    const value = attempt((): unknown => JSON.parse(text));
    return value === undefined ? text : value;
}

/** A value as it was before Pulumi made a text of it. */
export function knownOf(value: unknown): unknown {
    return typeof value === "string" ? fromJson(value) : value;
}

/** Values by full key, as they were before Pulumi made texts of them. Those of other packages are texts to them, too. */
export function toKnown(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return mapValues(values, knownOf);
}
