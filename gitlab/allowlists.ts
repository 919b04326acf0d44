import { isMeantAsId, parseId } from "../core/id";
import { MOST_ENTRIES } from "../core/limits";
import { messageOf } from "../core/message";
import { findReferenceProblems } from "../core/reference";
import type { GitLab } from "./client";
import { isAnswered, isNotFound, unlessUntold } from "./errors";
import { pathOfProject, readProject } from "./namespaces";

/** The two lists that make up a job-token allowlist. */
export type AllowlistKind = "projects" | "groups";

const ROUTES: Record<AllowlistKind, { list: string; target: string }> = {
    projects: { list: "allowlist", target: "target_project_id" },
    groups: { list: "groups_allowlist", target: "target_group_id" },
};

/** Key of everything that was read about a project's list, in the shared reads. */
export function allowlistKey(project: number): string {
    return `allowlist/${project}/`;
}

/** Forgets what was read about a project's list: it was changed, or must be known for certain. */
export function forgetAllowlist(gitlab: GitLab, project: number): void {
    gitlab.shared.forget(allowlistKey(project));
}

/** Runs a request that changes a list. Reads that began before its end are forgotten, even if it failed. */
async function writing(gitlab: GitLab, project: number, write: () => Promise<unknown>): Promise<void> {
    try {
        await write();
    } finally {
        forgetAllowlist(gitlab, project);
    }
}

/** Id of a project given by id or full path; each path is looked up once. */
export async function idOfProject(gitlab: GitLab, project: string): Promise<number> {
    const number = parseId(project);
    if (number !== undefined) return number;
    const [wrong] = isMeantAsId(project) ? findReferenceProblems("project", project, "project") : [];
    if (wrong !== undefined) throw new Error(`${wrong.path} ${wrong.message}`);
    return (await readProject(gitlab, project)).id;
}

/** Whether the allowlist is on: the effective value, true whenever the instance enforces it. */
export async function readEnabled(gitlab: GitLab, project: number): Promise<boolean> {
    const path = `/projects/${project}/job_token_scope`;
    return (await gitlab.get<{ inbound_enabled: boolean }>(path)).inbound_enabled;
}

export async function setEnabled(gitlab: GitLab, project: number, enabled: boolean): Promise<void> {
    await writing(gitlab, project, () => gitlab.patch(`/projects/${project}/job_token_scope`, { enabled }));
}

/** Ids on one of the lists, without the project itself, which GitLab always lists. */
export async function readAllowed(gitlab: GitLab, project: number, kind: AllowlistKind): Promise<number[]> {
    const items = await gitlab.list<{ id: number }>(pathOf(project, kind));
    const ids = items.map(({ id }) => id);
    return kind === "projects" ? ids.filter((id) => id !== project) : ids;
}

/** Adds an id to a list. Returns false if it was already listed, which is not an error. */
export async function allow(gitlab: GitLab, project: number, kind: AllowlistKind, id: number): Promise<boolean> {
    try {
        await writing(gitlab, project, () => gitlab.post(pathOf(project, kind), { [ROUTES[kind].target]: id }));
        return true;
    } catch (error) {
        if (says(error, /already in the job token/)) return false;
        if (!says(error, /exceeds the allowable/)) throw error;
        const room = `GitLab keeps ${MOST_ENTRIES} ${kind} on one list, and others than this stack may be on it.`;
        throw new Error(
            `${messageOf(error)} ${room} Allow a group in place of what is in it, or take off who needs it no more.`,
        );
    }
}

/** Removes an id from a list. It is not an error if the id is not listed or no longer exists. */
export async function disallow(gitlab: GitLab, project: number, kind: AllowlistKind, id: number): Promise<void> {
    try {
        await writing(gitlab, project, () => gitlab.delete(`${pathOf(project, kind)}/${id}`));
    } catch (error) {
        if (isNotFound(error) && (await readAllowed(gitlab, project, kind)).includes(id)) {
            // Before GitLab 19, an entry that the token may not see could not be removed.
            throw new Error(
                `${error.message} The entry ${id} is still listed: remove it with a token that may see it.`,
            );
        }
        if (!isNotFound(error) && !says(error, /is not in the job token scope/)) throw error;
    }
}

function pathOf(project: number, kind: AllowlistKind): string {
    return `/projects/${project}/job_token_scope/${ROUTES[kind].list}`;
}

/** GitLab answers 400 if there is nothing to change; only the words tell. */
function says(error: unknown, words: RegExp): boolean {
    return isAnswered(error, 400) && words.test(error.words);
}

/**
 * Whether the instance turns every project's allowlist on, whatever the project's setting; `undefined` if this token
 * cannot find out. Administrators see the setting. Others can tell only if a project's own switch is off but its list
 * is on.
 */
export async function isEnforced(gitlab: GitLab, project: string): Promise<boolean | undefined> {
    const path = "/application/settings";
    const settings = await gitlab.shared
        .get(path, () => gitlab.get<{ enforce_ci_inbound_job_token_scope_enabled?: boolean }>(path))
        .catch(unlessUntold);
    return (
        settings?.enforce_ci_inbound_job_token_scope_enabled ?? isStoredOffButOn(gitlab, project).catch(unlessUntold)
    );
}

async function isStoredOffButOn(gitlab: GitLab, project: string): Promise<boolean | undefined> {
    const id = await idOfProject(gitlab, project);
    const data = await gitlab.graphql<{
        project: { ciCdSettings: { inboundJobTokenScopeEnabled: boolean | null } | null } | null;
    }>("query($path: ID!) { project(fullPath: $path) { ciCdSettings { inboundJobTokenScopeEnabled } } }", {
        path: await pathOfProject(gitlab, id),
    });
    const stored = data.project?.ciCdSettings?.inboundJobTokenScopeEnabled;
    return stored === false ? await readEnabled(gitlab, id) : undefined;
}
