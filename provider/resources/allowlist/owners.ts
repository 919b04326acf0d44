import { keptFor } from "../../../core/kept-for";
import { isUnknown, type Props } from "../../../core/props";
import { type AllowlistKind, idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import type { Call } from "../../handler";
import type { EntryIds } from "./entries";

const LIST = "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes";
const ENTRY = "gitlab:index/projectJobTokenScope:ProjectJobTokenScope";

/** One entry of one project's list, as in its resource's id. */
export interface EntryId {
    project: string;
    kind: AllowlistKind;
    target: number;
}

/** `<project>:<target project id>`, as the published provider writes it; `group` precedes the id of a group. */
export function formatEntryId({ project, targetProjectId, targetGroupId }: Props): string {
    const target =
        isUnknown(targetGroupId) || targetGroupId === undefined
            ? String(targetProjectId)
            : `group:${String(targetGroupId)}`;
    return `${String(project)}:${target}`;
}

/** Parses the result of `formatEntryId`, or the id of an import. */
export function parseEntryId(id: string): EntryId {
    const [, project, kind, target] = /^([^:]+):(?:(project|group):)?(\d+)$/.exec(id) ?? [];
    if (project === undefined) {
        throw new Error(
            `ProjectJobTokenScope: the id must be <project>:<target project id> or <project>:group:<target group id> (got "${id}").`,
        );
    }
    return { project, kind: kind === "group" ? "groups" : "projects", target: Number(target) };
}

/** Whether the program now declares a project's whole list as one resource. */
export async function hasWholeList({ gitlab, declared }: Call, project: number): Promise<boolean> {
    const owned = await Promise.all(declared(LIST).map((id) => idOfProject(gitlab, id)));
    return owned.includes(project);
}

/** The entries of a project's list that the program now declares as separate resources. */
export async function entriesOfTheirOwn({ gitlab, declared }: Call, project: number): Promise<EntryIds> {
    const entries: EntryIds = { projects: [], groups: [] };
    for (const { project: written, kind, target } of declared(ENTRY).map(parseEntryId)) {
        if ((await idOfProject(gitlab, written)) === project) entries[kind].push(target);
    }
    return entries;
}

/** Projects whose allowlist the program declares, whole or by entries; per plugin process. */
const declaredIn = keptFor<GitLab, Set<number>>(() => new Set());

/** Notes that the program declares these projects' allowlists. */
export function noteAllowlists(gitlab: GitLab, projects: readonly number[]): void {
    for (const project of projects) declaredIn(gitlab).add(project);
}

/** Whether the program has declared a project's allowlist. */
export function isAllowlistDeclared(gitlab: GitLab, project: number): boolean {
    return declaredIn(gitlab).has(project);
}
