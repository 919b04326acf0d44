import { idRemedy, isMeantAsId, parseId } from "./id";
import { error, type Problem } from "./problems";
import { whyUnseen } from "./safe-text";
import { show } from "./values";

/** A project or a group: its full path (`apps/etl`) or its numeric id. */
export type Reference = string | number;

export type ReferenceKind = "project" | "group";

/**
 * True for a numeric id, written as a number or as digits: the id of another resource is a text. A group whose path
 * consists of digits is written with a leading slash, `/2`.
 */
export function isId(reference: Reference): boolean {
    return parseId(reference) !== undefined;
}

/** What is wrong with an id as the user wrote it, usually that of a runner. */
export function findIdProblems(value: unknown, path: string, of = "a runner"): Problem[] {
    if (parseId(value) !== undefined) return [];
    return [error(path, `must be GitLab's number of ${of} (got ${show(value)}). ${idRemedy(value)}`)];
}

export function toPath(reference: Reference): string {
    return String(reference).replace(/^\//, "");
}

/** Equal for all ways to write the same reference: GitLab's paths ignore case. `"#7"` is not a way to write 7. */
export function referenceKey(reference: Reference): string {
    return isId(reference) ? `#${Number(reference)}` : String(reference).toLowerCase().replace(/^#/, "not #");
}

export function findReferenceProblems(kind: ReferenceKind, value: unknown, path: string): Problem[] {
    const why = whyNoReference(kind, value);
    return why === undefined ? [] : [error(path, why)];
}

function whyNoReference(kind: ReferenceKind, value: unknown): string | undefined {
    const wanted =
        kind === "project" ? "a project's full path such as group/project, or its id" : "a group's full path or its id";
    const got = `(got ${show(value)})`;
    const give = `${got}. Give ${wanted}.`;
    if (typeof value === "number") return isId(value) ? undefined : `is not a possible id ${give}`;
    if (typeof value !== "string") return `must be ${wanted} ${got}. Correct the value.`;
    if (value === "") return `must not be empty ${give}`;
    if (isId(value)) return kind === "project" ? undefined : whyNoGroupId(value, got);
    if (isMeantAsId(value)) return `is not a possible id ${got}. ${idRemedy(value)} Or give ${wanted}.`;
    const why = whyNoPath(kind, value);
    return why === undefined ? whyUnseen(value) : `${why} ${give}`;
}

/** A project's path has a slash, so digits are its id. A group may have either. */
function whyNoGroupId(digits: string, got: string): string {
    return `may be an id or a path ${got}. Write ${digits}, without quotes, for the group with that id, or "/${digits}" for the one with that path.`;
}

function whyNoPath(kind: ReferenceKind, path: string): string | undefined {
    if (kind === "group" && /^\/\d+$/.test(path)) return undefined;
    if (path.includes("://")) return "must be a path, not a URL";
    if (/\s/.test(path)) return "must not contain spaces";
    if (path.split("/").includes("")) return "must not begin or end with a slash or have two in a row";
    return kind === "project" && !path.includes("/") ? "must name the project's group as well" : undefined;
}
