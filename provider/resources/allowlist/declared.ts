import type { GitLab } from "../../../gitlab/client";

/** Projects whose allowlist the program has now, whole or by entries, for each plugin process. */
const declared = new WeakMap<GitLab, Set<number>>();

/** Notes that the program has these projects' allowlists. */
export function noteAllowlists(gitlab: GitLab, projects: readonly number[]): void {
    declared.set(gitlab, new Set([...(declared.get(gitlab) ?? []), ...projects]));
}

/** Whether the program has said that it has a project's allowlist. */
export function isAllowlistDeclared(gitlab: GitLab, project: number): boolean {
    return declared.get(gitlab)?.has(project) === true;
}
