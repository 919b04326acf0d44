import { readListed } from "./allowlist-reads";
import type { GitLab } from "./client";
import { GitLabError, unlessNotFound } from "./errors";
import { isTooOld, type Listing, type ProjectFacts, toSecond } from "./listed-projects";
import { readProject } from "./namespaces";
import type { Project } from "./types";

/**
 * GitLab's facts about a project, given by id or path; `undefined` for 404. One request returns them together with the
 * project's list.
 *
 * @param hint its full path, if known, and what else will be read of it
 */
export async function readProjectFacts(
    gitlab: GitLab,
    project: string,
    hint: { path?: string; listing?: Listing } = {},
): Promise<ProjectFacts | undefined> {
    if (!/^\d+$/.test(project)) return readProject(gitlab, project).then(fromRest).catch(unlessNotFound);
    const id = Number(project);
    const { listing = "entries", path } = hint;
    // Stored separately from the list, which is read again after each write to it.
    const reading = gitlab.shared.get(`facts/${id}`, async () => {
        const asked = { path, listing: isTooOld(gitlab, listing) ? "entries" : listing } as const;
        return (await readListed(gitlab, id, asked)) ?? fromRest(await gitlab.get<Project>(`/projects/${id}`));
    });
    return reading.catch(unlessNotFound);
}

/** Whether the token's user may see everything, so that 404 means gone. Requested once. */
export function isAdministrator(gitlab: GitLab): Promise<boolean> {
    return gitlab.shared.get("is-administrator", async () => {
        try {
            return (await gitlab.get<{ is_admin?: boolean }>("/user")).is_admin === true;
        } catch (error) {
            // The token may not even read its own user: so a 404 does not mean that something is gone.
            if (error instanceof GitLabError && (error.status ?? 500) < 500) return false;
            throw error;
        }
    });
}

/** A project's facts from REST. */
export function fromRest(project: Project): ProjectFacts {
    return {
        id: project.id,
        path: project.path_with_namespace,
        createdAt: toSecond(project.created_at),
        archived: project.archived === true,
        markedOn: project.marked_for_deletion_on?.slice(0, 10),
    };
}
