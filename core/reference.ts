import { idRemedy, isMeantAsId, parseId } from "./id";
import { error, type Problem } from "./problems";
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
    const wanted =
        kind === "project" ? "a project's full path such as group/project, or its id" : "a group's full path or its id";
    if (typeof value === "number") {
        if (isId(value)) return [];
        return [error(path, `is not a possible id (got ${show(value)}). Give ${wanted}.`)];
    }
    if (typeof value !== "string") return [error(path, `must be ${wanted} (got ${show(value)}). Correct the value.`)];
    if (value === "") return [error(path, `must not be empty (got ""). Give ${wanted}.`)];
    if (kind === "group" && /^\/\d+$/.test(value)) return [];
    if (isId(value)) return kind === "group" ? [findWhichOne(value, path)] : [];
    if (isMeantAsId(value)) {
        return [error(path, `is not a possible id (got ${show(value)}). ${idRemedy(value)} Or give ${wanted}.`)];
    }
    if (value.includes("://")) return [error(path, `must be a path, not a URL (got ${show(value)}). Give ${wanted}.`)];
    if (value !== value.trim() || /\s/.test(value)) {
        return [error(path, `must not contain spaces (got ${show(value)}). Give ${wanted}.`)];
    }
    if (value.split("/").includes("")) {
        const message = `must not begin or end with a slash or have two in a row (got ${show(value)}). Give ${wanted}.`;
        return [error(path, message)];
    }
    if (kind === "project" && !value.includes("/")) {
        return [error(path, `must name the project's group as well (got ${show(value)}). Give ${wanted}.`)];
    }
    return [];
}

/** A project's path has a slash, so digits are its id. A group may have either. */
function findWhichOne(digits: string, path: string): Problem {
    return error(
        path,
        `may be an id or a path (got ${show(digits)}). Write ${digits}, without quotes, for the group with that id, or "/${digits}" for the one with that path.`,
    );
}
