import type { RunnerScope } from "../common/scope";
import type { ExclusiveScope } from "./args";

/** A project that nobody can name yet. */
const SOME_PROJECT = Promise.resolve(0);

/** The scope that a runner of the program must have to be seen there: below a group it may be any project's. */
export function placeOf(scope: ExclusiveScope): RunnerScope {
    if (scope !== "instance" && "projectsBelow" in scope) return { project: SOME_PROJECT };
    return scope;
}
