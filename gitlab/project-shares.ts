import { encodeId, type GitLab } from "./client";
import { unlessNotFound } from "./errors";
import { type Reading, readByGroup } from "./group-reads";
import type { ProjectFacts } from "./listed-projects";
import { fromRest } from "./project-facts";
import type { Project, ProjectShare } from "./types";

export interface SharedProject extends ProjectFacts {
    shares: ProjectShare[];
}

/**
 * A project with its shares, given by id or path; `undefined` for 404. Only REST has shares.
 *
 * @param path its full path, if known: with it, the projects of its group can be read together
 */
export function readShares(gitlab: GitLab, project: string, path?: string): Promise<SharedProject | undefined> {
    return gitlab.shared.get(sharesKey(project), () =>
        /^\d+$/.test(project) ? readByGroup(gitlab, SHARES, Number(project), path) : readOne(gitlab, project),
    );
}

/** Must be called after a change, which makes earlier reads outdated. */
export function forgetShares(gitlab: GitLab, project: string): void {
    gitlab.shared.forget(sharesKey(project));
}

function sharesKey(project: string | number): string {
    return `shares/${project}/`;
}

const PAGE = 100;

const SHARES: Reading<SharedProject> = {
    name: "shares",
    page: PAGE,
    keyOf: sharesKey,
    async readOne(gitlab, project, spent) {
        spent(1);
        return readOne(gitlab, String(project));
    },
    async readPage(gitlab, group, after = "1") {
        const query = { include_subgroups: true, with_shared: false, order_by: "id", per_page: PAGE, page: after };
        const { items, total, next } = await gitlab.page<Project>(`/groups/${encodeId(group)}/projects`, query);
        return { items: items.map((project) => [project.id, toShared(project)] as const), total, next };
    },
};

function readOne(gitlab: GitLab, project: string): Promise<SharedProject | undefined> {
    return gitlab
        .get<Project>(`/projects/${encodeId(project)}`)
        .then(toShared)
        .catch(unlessNotFound);
}

function toShared(project: Project): SharedProject {
    const shares = project.shared_with_groups ?? [];
    return {
        ...fromRest(project),
        shares: shares.map(({ group_id, group_access_level, expires_at }) => ({
            group_id,
            group_access_level,
            expires_at,
        })),
    };
}
