import type { GitLab } from "./client";
import { fromGid, toGid } from "./gid";

/** A project by both of its names. */
export interface OwnerProject {
    id: number;
    path: string;
}

/**
 * The project that a project runner belongs to; others that it was given to merely use it. Only GraphQL says which one that
 * is. `undefined` when the user may not see it.
 */
export async function readOwnerProject(gitlab: GitLab, runner: number): Promise<OwnerProject | undefined> {
    const { runner: found } = await gitlab.graphql<{
        runner: { ownerProject: { id: string; fullPath: string } | null } | null;
    }>(`{ runner(id: "${toGid("Ci::Runner", runner)}") { ownerProject { id fullPath } } }`, {});
    const owner = found?.ownerProject;
    return owner ? { id: fromGid(owner.id), path: owner.fullPath } : undefined;
}
