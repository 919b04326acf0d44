import { isUnknown, type Props } from "../../../core/props";
import { type AllowlistKind, idOfProject } from "../../../gitlab/allowlists";
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
