import { batched } from "./batch";
import { encodeId, type GitLab } from "./client";
import { type Connection, wholeConnection } from "./connection";
import { unlessNotFound, unlessRefusal } from "./errors";
import { fromGid, toGid } from "./ids";
import type { Group, Project } from "./types";

/** What an id reveals about a project or group. */
export interface Located {
    id: number;
    /** Full path. */
    path: string;
    /** Whether it is a project in a person's namespace, outside any group. */
    personal: boolean;
}

const AT_ONCE = 100;

/** The location of a project or group; `undefined` if there is none that this token may see. Lookups share requests. */
export function locate(gitlab: GitLab, kind: "project" | "group", id: number): Promise<Located | undefined> {
    return gitlab.shared.get(`located/${kind}/${id}`, () => LOCATORS[kind](gitlab, id));
}

interface Node {
    id: string;
    fullPath: string;
    group?: { id: string } | null;
}

const LOCATORS = {
    project: locator("Project", "projects(ids: $ids) { nodes { id fullPath group { id } } }", async (gitlab, id) => {
        const project = await readProject<Project & { namespace?: { kind?: string } }>(gitlab, id);
        return { id, path: project.path_with_namespace, personal: project.namespace?.kind === "user" };
    }),
    group: locator("Group", "groups(ids: $ids) { nodes { id fullPath } }", async (gitlab, id) => {
        return { id, path: await pathOfGroup(gitlab, id), personal: false };
    }),
};

function locator(type: "Project" | "Group", asked: string, byRest: (gitlab: GitLab, id: number) => Promise<Located>) {
    const query = `query($ids: [ID!]!) { found: ${asked} }`;
    return batched<number, Located | undefined>(AT_ONCE, async (gitlab, ids) => {
        const gids = [...new Set(ids)].map((id) => toGid(type, id));
        const data = await gitlab
            .graphql<{ found: { nodes: (Node | null)[] } | null }>(query, { ids: gids })
            .catch(unlessRefusal);
        const found = new Map<number, Located>();
        for (const node of data?.found?.nodes ?? []) {
            if (node === null) continue;
            const id = fromGid(node.id);
            found.set(id, { id, path: node.fullPath, personal: node.group === null });
        }
        return Promise.all(ids.map((id) => found.get(id) ?? byRest(gitlab, id).catch(unlessNotFound)));
    });
}

/** Full paths of all projects in a group and its subgroups. */
export function projectsBelow(gitlab: GitLab, group: string): Promise<string[]> {
    return gitlab.shared.get(`below/${group}`, () => listBelow(gitlab, group));
}

async function listBelow(gitlab: GitLab, group: string): Promise<string[]> {
    const query = `query($group: ID!, $after: String) { group(fullPath: $group) {
        projects(includeSubgroups: true, first: 100, after: $after) { nodes { fullPath } pageInfo { hasNextPage endCursor } }
    } }`;
    const nodes = await wholeConnection(async (after) => {
        const { group: found } = await gitlab.graphql<{
            group: { projects: Connection<{ fullPath: string }> } | null;
        }>(query, { group, after });
        return found?.projects;
    });
    return (nodes ?? []).map(({ fullPath }) => fullPath);
}

/** A project by its id or full path, requested once. */
export function readProject<P extends Project = Project>(gitlab: GitLab, project: string | number): Promise<P> {
    return gitlab.shared.get(`project/${project}`, () => gitlab.get<P>(`/projects/${encodeId(project)}`));
}

/** A group by its id or full path, requested once. */
export function readGroup(gitlab: GitLab, group: string | number): Promise<Group> {
    const path = `/groups/${encodeId(group)}`;
    return gitlab.shared.get(`group/${group}`, () => gitlab.get<Group>(path, { with_projects: false }));
}

export async function pathOfProject(gitlab: GitLab, id: number): Promise<string> {
    return (await readProject(gitlab, id)).path_with_namespace;
}

export async function pathOfGroup(gitlab: GitLab, id: number): Promise<string> {
    return (await readGroup(gitlab, id)).full_path;
}
