import { keptFor } from "../../../core/kept-for";
import { isUnknown, type Props } from "../../../core/props";
import { type AllowlistKind, idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import type { Call } from "../../handler";
import type { EntryIds } from "./entries";

const LIST = "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes";
const ENTRY = "gitlab:index/projectJobTokenScope:ProjectJobTokenScope";

/** One entry of one project's list, as its resource's id names it. */
export interface EntryId {
    project: string;
    kind: AllowlistKind;
    target: number;
}

/** `<project>:<target project id>`, as the published provider writes it; a group has `group` before its id. */
export function formatEntryId({ project, targetProjectId, targetGroupId }: Props): string {
    const target =
        isUnknown(targetGroupId) || targetGroupId === undefined
            ? String(targetProjectId)
            : `group:${String(targetGroupId)}`;
    return `${String(project)}:${target}`;
}

/** What `formatEntryId` wrote, or what somebody imports by. */
export function parseEntryId(id: string): EntryId {
    const [, project, kind, target] = /^([^:]+):(?:(project|group):)?(\d+)$/.exec(id) ?? [];
    if (project === undefined) {
        throw new Error(
            `ProjectJobTokenScope: the id must be <project>:<target project id> or <project>:group:<target group id> (got "${id}").`,
        );
    }
    return { project, kind: kind === "group" ? "groups" : "projects", target: Number(target) };
}

/** Whether the program has a project's whole list as one resource now. */
export async function hasWholeList({ gitlab, declared }: Call, project: number): Promise<boolean> {
    const owned = await Promise.all(declared(LIST).map((id) => idOfProject(gitlab, id)));
    return owned.includes(project);
}

/** The entries of a project's list that the program has now, each as a resource of its own. */
export async function entriesOfTheirOwn({ gitlab, declared }: Call, project: number): Promise<EntryIds> {
    const entries: EntryIds = { projects: [], groups: [] };
    for (const { project: written, kind, target } of declared(ENTRY).map(parseEntryId)) {
        if ((await idOfProject(gitlab, written)) === project) entries[kind].push(target);
    }
    return entries;
}

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
