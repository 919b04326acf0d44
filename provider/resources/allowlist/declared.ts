import { keptFor } from "../../../core/kept-for";
import type { GitLab } from "../../../gitlab/client";

/** Projects whose allowlist the program has now, whole or by entries, for each plugin process. */
const declaredIn = keptFor<GitLab, Set<number>>(() => new Set());

/** Notes that the program has these projects' allowlists. */
export function noteAllowlists(gitlab: GitLab, projects: readonly number[]): void {
    for (const project of projects) declaredIn(gitlab).add(project);
}

/** Whether the program has said that it has a project's allowlist. */
export function isAllowlistDeclared(gitlab: GitLab, project: number): boolean {
    return declaredIn(gitlab).has(project);
}
