import { groupsAbove } from "../core/paths";
import { encodeId, type GitLab } from "./client";
import { unlessHidden } from "./errors";
import { type Located, readGroup, readProject } from "./namespaces";
import type { Group, ProjectShare } from "./types";

/** The role needed to pull from a private project's registry. */
export const REPORTER = 20;
/** The role needed to start pipelines. */
const DEVELOPER = 30;

interface Member {
    username: string;
    state: string;
    access_level: number;
}

/** A group or a project whose people may not pull from another project although its jobs may. */
export interface MembershipGap {
    /** Full path of the group; absent for people of one project only. */
    group?: string;
    /** Full path of the project, for people who are its own members and not its group's. */
    project?: string;
    /** People who can start pipelines there but have no role in the project that is pulled from. */
    missing: string[];
    /** How many people can start pipelines. */
    people: number;
}

/** Number of projects per list whose own members are read: a request each, shared by all lists of an operation. */
const MOST_PROJECTS = 100;

/** Where the jobs that pull come from. */
export interface Consumers {
    /** Full paths of groups. */
    groups: readonly string[];
    /** Projects; their groups are checked as well. */
    projects: readonly Located[];
}

/**
 * Which of the consumers' people could not pull from the project. To pull, a person must be a member, unless the
 * project is visible to everybody, or the person is in a group with which the project, or a group above it, is shared.
 * A project also has members of its own: invited people, bots of its access tokens, and, in a personal namespace, its
 * owner.
 */
export async function findMembershipGaps(
    gitlab: GitLab,
    projectId: number,
    { groups: listed, projects }: Consumers,
    granted: readonly number[],
): Promise<MembershipGap[]> {
    const inGroups = projects.filter(({ personal }) => !personal).map(({ path }) => path.replace(/\/[^/]+$/, ""));
    const groups = [...new Set([...listed, ...inGroups])].sort();
    const project = await readProject(gitlab, projectId);
    if (project.visibility !== "private" && project.container_registry_access_level !== "private") return [];
    const above = groupsAbove(project.path_with_namespace);
    const owners = await Promise.all(above.map((path) => groupAt(gitlab, path)));
    const shares = [project.shared_with_groups, ...owners.map((owner) => owner?.shared_with_groups)].flatMap(
        (list) => (list as ProjectShare[] | undefined) ?? [],
    );
    const invited = new Set([
        ...granted,
        ...shares.filter(({ group_access_level }) => group_access_level >= REPORTER).map(({ group_id }) => group_id),
    ]);
    const doubtful: string[] = [];
    for (const group of groups) {
        // Members of a group above the producer are its members, too. So are members of groups above an invited group.
        const chain = await Promise.all([...groupsAbove(group), group].map((path) => groupAt(gitlab, path)));
        if (above.includes(group) || chain.some((each) => each !== undefined && invited.has(each.id))) continue;
        doubtful.push(group);
    }
    /** Everybody who could start pipelines, all as `missing` at first. */
    const peopleAt = async (place: Pick<MembershipGap, "group" | "project">, path: string): Promise<MembershipGap> => {
        const people = (await membersOf(gitlab, path)).filter(startsPipelines);
        return { ...place, missing: people.map(nameOf), people: people.length };
    };
    // People with a role in the project itself; for a personal namespace, everybody, because it is in no group.
    const own = await Promise.all(
        projects
            .slice(0, MOST_PROJECTS)
            .map(({ id, path, personal }) =>
                peopleAt({ project: path }, `/projects/${id}/members${personal ? "/all" : ""}`),
            ),
    );
    const peopled = own.filter(({ people }) => people > 0).sort((a, b) => (a.project! < b.project! ? -1 : 1));
    if (doubtful.length === 0 && peopled.length === 0) return [];
    const [members, ...invitees] = await Promise.all([
        membersOf(gitlab, `/projects/${projectId}/members/all`),
        ...granted.map((id) => membersOf(gitlab, `/groups/${id}/members/all`)),
    ]);
    const able = [...members!, ...invitees.flat()].filter(({ access_level }) => access_level >= REPORTER);
    const inside = new Set(able.map(nameOf));
    const ofGroups = doubtful.map((group) => peopleAt({ group }, `/groups/${encodeId(group)}/members/all`));
    const gaps = [...(await Promise.all(ofGroups)), ...peopled].map((gap) => {
        const missing = gap.missing.filter((name) => !inside.has(name));
        // People who are named with the group are not named again with each project.
        if (gap.group !== undefined) for (const name of missing) inside.add(name);
        return { ...gap, missing };
    });
    return gaps.filter(({ missing, people }) => missing.length > 0 || people === 0);
}

function startsPipelines({ access_level, state }: Member): boolean {
    return access_level >= DEVELOPER && state === "active";
}

function nameOf({ username }: Member): string {
    return username;
}

function membersOf(gitlab: GitLab, path: string): Promise<Member[]> {
    return gitlab.shared.get(`members${path}`, () => gitlab.list<Member>(path));
}

/** A group with its shares; `undefined` if the token may not see it or the path is a person's namespace. */
function groupAt(gitlab: GitLab, path: string): Promise<(Group & { shared_with_groups?: unknown }) | undefined> {
    return readGroup(gitlab, path).catch(unlessHidden);
}
