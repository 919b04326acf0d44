import { readAllowed, readEnabled } from "./allowlists";
import { batched } from "./batch";
import type { GitLab } from "./client";
import { GitLabError } from "./errors";
import { isRefusal } from "./runner-list";

/** One project's job-token allowlist. */
export interface Allowlist {
    /** Whether it is on: the effective value, true wherever the instance enforces it. */
    enabled: boolean;
    /** Ids, without the project itself. */
    projects: number[];
    groups: number[];
}

interface Side {
    nodes: { target: { id: string } | null }[];
    pageInfo: { hasNextPage: boolean };
}

interface ScopeNode {
    id: string;
    ciCdSettings: { inboundJobTokenScopeEnabled: boolean | null } | null;
    ciJobTokenScopeAllowlist: { projectsAllowlist: Side | null; groupsAllowlist: Side | null } | null;
}

// The stored entries and not `inboundAllowlist`, which has the project itself as one more: 100 entries are one page.
const SIDE =
    "{ nodes { target { ... on CiJobTokenAccessibleProject { id } ... on CiJobTokenAccessibleGroup { id } } } pageInfo { hasNextPage } }";
const QUERY = `query($ids: [ID!]!) { projects(ids: $ids) { nodes {
    id
    ciCdSettings { inboundJobTokenScopeEnabled }
    ciJobTokenScopeAllowlist { projectsAllowlist(first: 100) ${SIDE} groupsAllowlist(first: 100) ${SIDE} }
} } }`;
const AT_ONCE = 25;

/** Instances whose GraphQL does not know these fields. */
const tooOld = new WeakSet<GitLab>();

/** Reads a project's allowlist; readings asked for at the same time share requests. Fails as REST does. */
export async function readAllowlist(gitlab: GitLab, project: number): Promise<Allowlist> {
    const node = tooOld.has(gitlab) ? undefined : await readNode(gitlab, project);
    const side = (list: Side | null | undefined) =>
        list?.pageInfo.hasNextPage === false && list.nodes.every(({ target }) => target !== null)
            ? list.nodes.map(({ target }) => idOf(target!.id))
            : undefined;
    const scope = node?.ciJobTokenScopeAllowlist;
    const [enabled, projects, groups] = await Promise.all([
        // GraphQL has what the project stores. Only when that is false does it matter what the instance enforces.
        node?.ciCdSettings?.inboundJobTokenScopeEnabled || readEnabled(gitlab, project),
        side(scope?.projectsAllowlist) ?? readAllowed(gitlab, project, "projects"),
        side(scope?.groupsAllowlist) ?? readAllowed(gitlab, project, "groups"),
    ]);
    return { enabled, projects, groups };
}

const readNode = batched<number, ScopeNode | undefined>(AT_ONCE, async (gitlab, projects) => {
    try {
        const ids = [...new Set(projects)].map((id) => `gid://gitlab/Project/${id}`);
        const data = await gitlab.graphql<{ projects: { nodes: (ScopeNode | null)[] } | null }>(QUERY, { ids });
        const byId = new Map(data.projects?.nodes.flatMap((node) => (node ? [[idOf(node.id), node] as const] : [])));
        return projects.map((id) => byId.get(id));
    } catch (error) {
        if (!isRefusal(error) && !isUnserved(error)) throw error;
        tooOld.add(gitlab);
        return projects.map(() => undefined);
    }
});

/** A proxy, or something that stands in for GitLab, without these fields. */
function isUnserved(error: unknown): boolean {
    return error instanceof GitLabError && error.status === 501;
}

/** `gid://gitlab/Project/7` gives 7. */
export function idOf(gid: string): number {
    return Number(gid.slice(gid.lastIndexOf("/") + 1));
}
