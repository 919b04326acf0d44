import { encodeId, type GitLab } from "./client";
import type { Group, Project, ProjectShare } from "./types";

/** The role that pulls from a private project's registry. */
export const REPORTER = 20;
/** The role that starts pipelines. */
const DEVELOPER = 30;

interface Member {
    id: number;
    username: string;
    state: string;
    access_level: number;
}

/** A group whose people may not pull from a project although its jobs may. */
export interface MembershipGap {
    /** Full path. */
    group: string;
    /** People who can start pipelines in the group and have no role in the project. */
    missing: string[];
    /** How many can start pipelines. */
    people: number;
}

/**
 * Which of the groups' people could not pull from the project. A pull needs a person who is a member: not needed where
 * the project is visible to everybody, nor for groups that the project, or a group above it, was shared with.
 */
export async function findMembershipGaps(
    gitlab: GitLab,
    projectId: number,
    groups: readonly string[],
    granted: readonly number[],
): Promise<MembershipGap[]> {
    const project = await gitlab.shared.get(`project/${projectId}`, () =>
        gitlab.get<Project>(`/projects/${projectId}`),
    );
    if (project.visibility !== "private" && project.container_registry_access_level !== "private") return [];
    const above = ancestors(project.path_with_namespace);
    const owners = await Promise.all(above.map((path) => readGroup(gitlab, path)));
    const shares = [project.shared_with_groups, ...owners.map((owner) => owner?.shared_with_groups)].flatMap(
        (list) => (list as ProjectShare[] | undefined) ?? [],
    );
    const invited = new Set([
        ...granted,
        ...shares.filter(({ group_access_level }) => group_access_level >= REPORTER).map(({ group_id }) => group_id),
    ]);
    const doubtful: string[] = [];
    for (const group of groups) {
        // Members of a group above the producer are its members too, and so are those of a group above an invited one.
        const chain = await Promise.all([...ancestors(group), group].map((path) => readGroup(gitlab, path)));
        if (above.includes(group) || chain.some((each) => each !== undefined && invited.has(each.id))) continue;
        doubtful.push(group);
    }
    if (doubtful.length === 0) return [];
    const members = await membersOf(gitlab, `/projects/${projectId}`);
    const inside = new Set(members.filter(({ access_level }) => access_level >= REPORTER).map(({ id }) => id));
    const gaps = doubtful.map(async (group): Promise<MembershipGap> => {
        const people = (await membersOf(gitlab, `/groups/${encodeId(group)}`)).filter(
            ({ access_level, state }) => access_level >= DEVELOPER && state === "active",
        );
        return {
            group,
            missing: people.filter(({ id }) => !inside.has(id)).map(({ username }) => username),
            people: people.length,
        };
    });
    return (await Promise.all(gaps)).filter(({ missing, people }) => missing.length > 0 || people === 0);
}

function membersOf(gitlab: GitLab, of: string): Promise<Member[]> {
    return gitlab.shared.get(`members${of}`, () => gitlab.list<Member>(`${of}/members/all`));
}

/** A group with its shares; `undefined` where the token may not see it or the path is a person's namespace. */
function readGroup(gitlab: GitLab, path: string): Promise<(Group & { shared_with_groups?: unknown }) | undefined> {
    return gitlab.shared.get(`group/${path}`, () =>
        gitlab.get<Group>(`/groups/${encodeId(path)}`, { with_projects: false }).catch(() => undefined),
    );
}

function ancestors(path: string): string[] {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
