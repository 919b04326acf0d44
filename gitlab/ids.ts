import { idRemedy, parseId } from "../core/id";
import { type CheckFailure, isUnknown, type Value } from "../core/props";
import { scrub } from "./errors";

const LONGEST_SHOWN = 60;

/** What is wrong with a property that names something in GitLab by its number. What is absent or not known yet passes. */
export function problemsOfId(property: string, value: Value | undefined, what = "runner"): CheckFailure[] {
    if (value === undefined || value === null || isUnknown(value) || parseId(value) !== undefined) return [];
    const reason = `${property} must be GitLab's number of the ${what} (got ${shown(value)}). ${idRemedy(value)}`;
    return [{ property, reason }];
}

/** The number of a runner that a resource of the state, or an import, names. */
export function toRunnerId(resource: string, id: string): number {
    const number = parseId(id);
    if (number !== undefined) return number;
    throw new Error(`${resource}: the id must be GitLab's number of the runner (got ${shown(id)}). ${idRemedy(id)}`);
}

/** People paste a token where an id belongs. */
function shown(value: Value): string {
    const text = typeof value === "string" ? scrub(value, []) : String(value);
    const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
    return typeof value === "string" ? JSON.stringify(short) : short;
}
