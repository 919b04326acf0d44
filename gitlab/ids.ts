import { idRemedy, parseId } from "../core/id";
import type { Problem } from "../core/problems";
import { isUnknown, type Value } from "../core/props";
import { findIdProblems } from "../core/reference";
import { show } from "../core/values";

/** What is wrong with a property that holds an id of GitLab. An absent or not yet known value is accepted. */
export function problemsOfId(property: string, value: Value | undefined, what = "runner"): Problem[] {
    if (value === undefined || value === null || isUnknown(value)) return [];
    return findIdProblems(value, property, `the ${what}`);
}

/** The number of a runner from the id of a resource in the state, or of an import. */
export function toRunnerId(resource: string, id: string): number {
    const number = parseId(id);
    if (number !== undefined) return number;
    throw new Error(`${resource}: the id must be GitLab's number of the runner (got ${show(id)}). ${idRemedy(id)}`);
}

type Kind = "Ci::Runner" | "Project" | "Group";

/** An id in GraphQL: `gid://gitlab/Project/7`. */
export function toGid(kind: Kind, id: number): string {
    return `gid://gitlab/${kind}/${id}`;
}

/** The number at the end of any GraphQL id. */
export function fromGid(gid: string): number {
    return Number(gid.slice(gid.lastIndexOf("/") + 1));
}
