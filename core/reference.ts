import { idRemedy, isMeantAsId, parseId } from "./id";
import { error, type Problem } from "./problems";
import { whyUnseen } from "./safe-text";
import { show } from "./values";

/** A project or a group: its full path (`apps/etl`) or its numeric id. */
export type Reference = string | number;

/** What a reference points to. */
export type ReferenceKind = "project" | "group";

/**
 * True for a numeric id, written as a number or as digits: the id of another resource is a text. A group whose path is
 * digits is written with a slash before it, `/2`.
 */
export function isId(reference: Reference): boolean {
    return parseId(reference) !== undefined;
}

/** What is wrong with the id of something, of a runner mostly, as the user wrote it. */
export function findIdProblems(value: unknown, path: string, of = "a runner"): Problem[] {
    if (parseId(value) !== undefined) return [];
    return [error(path, `must be GitLab's number of ${of} (got ${show(value)}). ${idRemedy(value)}`)];
}

/** A path as GitLab has it. */
export function toPath(reference: Reference): string {
    return String(reference).replace(/^\//, "");
}

/** One spelling for each way to write the same reference: GitLab's paths do not depend on case. `"#7"` is no way to write 7. */
export function referenceKey(reference: Reference): string {
    return isId(reference) ? `#${Number(reference)}` : String(reference).toLowerCase().replace(/^#/, "not #");
}

/** What is wrong with a reference as the user wrote it. */
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
    if (kind === "group" && /^\/\d+$/.test(value)) return undefined;
    // A project's path has a slash, so digits are its id. A group may have either.
    if (isId(value))
        return kind === "project"
            ? undefined
            : `may be an id or a path ${got}. Write ${value}, without quotes, for the group with that id, or "/${value}" for the one with that path.`;
    if (isMeantAsId(value)) return `is not a possible id ${got}. ${idRemedy(value)} Or give ${wanted}.`;
    if (value.includes("://")) return `must be a path, not a URL ${give}`;
    if (value !== value.trim() || /\s/.test(value)) return `must not contain spaces ${give}`;
    if (value.split("/").includes("")) return `must not begin or end with a slash or have two in a row ${give}`;
    if (kind === "project" && !value.includes("/")) return `must name the project's group as well ${give}`;
    return whyUnseen(value);
}
