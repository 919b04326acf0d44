import { readListed } from "./allowlist-reads";
import type { GitLab } from "./client";
import { GitLabError, unlessNotFound } from "./errors";
import { isTooOld, type Listing, type ProjectFacts, toSecond } from "./listed-projects";
import { readProject } from "./namespaces";
import type { Project } from "./types";

/**
 * What GitLab says about a project, given by id or path; `undefined` for 404. It comes with the project's list, in the same
 * request.
 *
 * @param hint its full path, as far as it is known, and what else of it will be asked for
 */
export async function readProjectFacts(
    gitlab: GitLab,
    project: string,
    hint: { path?: string; listing?: Listing } = {},
): Promise<ProjectFacts | undefined> {
    if (!/^\d+$/.test(project)) return readProject(gitlab, project).then(fromRest).catch(unlessNotFound);
    const id = Number(project);
    const { listing = "entries", path } = hint;
    // Kept apart from the list, which is read anew after each write to it.
    const reading = gitlab.shared.get(`facts/${id}`, async () => {
        const asked = { path, listing: isTooOld(gitlab, listing) ? "entries" : listing } as const;
        return (await readListed(gitlab, id, asked)) ?? fromRest(await gitlab.get<Project>(`/projects/${id}`));
    });
    return reading.catch(unlessNotFound);
}

/** Whether the token's user may see everything, so that 404 means gone. Asked for once. */
export function isAdministrator(gitlab: GitLab): Promise<boolean> {
    return gitlab.shared.get("is-administrator", async () => {
        try {
            return (await gitlab.get<{ is_admin?: boolean }>("/user")).is_admin === true;
        } catch (error) {
            // A token that may not even ask who it is: nothing that it does not see is gone for that.
            if (error instanceof GitLabError && (error.status ?? 500) < 500) return false;
            throw error;
        }
    });
}

/** What REST says about a project. */
export function fromRest(project: Project): ProjectFacts {
    return {
        id: project.id,
        path: project.path_with_namespace,
        createdAt: toSecond(project.created_at),
        archived: project.archived === true,
        markedOn: project.marked_for_deletion_on?.slice(0, 10),
    };
}
