import { allowlistKey, forgetAllowlist, readAllowed, readEnabled } from "./allowlists";
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

/** A project with its list, as one query has both. https://docs.gitlab.com/api/graphql/reference/#project */
export interface ListedProject {
    id: string;
    fullPath: string;
    createdAt: string | null;
    archived: boolean | null;
    /** Absent where GitLab's GraphQL does not have it: before 16.10, and before 18.0 without a licence. */
    markedForDeletionOn?: string | null;
    ciCdSettings: { inboundJobTokenScopeEnabled: boolean | null } | null;
    ciJobTokenScopeAllowlist: { projectsAllowlist: Side | null; groupsAllowlist: Side | null } | null;
}

// The stored entries and not `inboundAllowlist`, which has the project itself as one more: 100 entries are one page.
const SIDE =
    "{ nodes { target { ... on CiJobTokenAccessibleProject { id } ... on CiJobTokenAccessibleGroup { id } } } pageInfo { hasNextPage } }";
const MARK = "markedForDeletionOn";
const queryWith = (mark: string) => `query($ids: [ID!]!) { projects(ids: $ids) { nodes {
    id fullPath createdAt archived ${mark}
    ciCdSettings { inboundJobTokenScopeEnabled }
    ciJobTokenScopeAllowlist { projectsAllowlist(first: 100) ${SIDE} groupsAllowlist(first: 100) ${SIDE} }
} } }`;
const AT_ONCE = 25;

/** Instances whose GraphQL does not know these fields. */
const tooOld = new WeakSet<GitLab>();
/** Instances whose GraphQL does not say when a project is going to be deleted. */
const withoutMark = new WeakSet<GitLab>();

/**
 * A project with its list; `undefined` where GraphQL does not show it. Readings asked for at the same time share requests, and
 * one reading serves all who ask within an operation.
 */
export function readListed(gitlab: GitLab, project: number): Promise<ListedProject | undefined> {
    if (tooOld.has(gitlab)) return Promise.resolve(undefined);
    return gitlab.shared.get(allowlistKey(project), () => readNode(gitlab, project));
}

/** Reads a project's allowlist, unless it was read in this operation already. Fails as REST does. */
export async function readAllowlist(gitlab: GitLab, project: number): Promise<Allowlist> {
    const node = await readListed(gitlab, project);
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

/** Reads a project's allowlist anew: what is written next depends on it. */
export function readAllowlistNow(gitlab: GitLab, project: number): Promise<Allowlist> {
    forgetAllowlist(gitlab, project);
    return readAllowlist(gitlab, project);
}

const readNode = batched<number, ListedProject | undefined>(AT_ONCE, async (gitlab, projects) => {
    try {
        const ids = [...new Set(projects)].map((id) => `gid://gitlab/Project/${id}`);
        const nodes = await ask(gitlab, ids);
        const byId = new Map(nodes.flatMap((node) => (node ? [[idOf(node.id), node] as const] : [])));
        return projects.map((id) => byId.get(id));
    } catch (error) {
        if (!isRefusal(error) && !isUnserved(error)) throw error;
        tooOld.add(gitlab);
        return projects.map(() => undefined);
    }
});

async function ask(gitlab: GitLab, ids: readonly string[]): Promise<(ListedProject | null)[]> {
    type Answer = { projects: { nodes: (ListedProject | null)[] } | null };
    const marked = !withoutMark.has(gitlab);
    try {
        const data = await gitlab.graphql<Answer>(queryWith(marked ? MARK : ""), { ids });
        return data.projects?.nodes ?? [];
    } catch (error) {
        // GitLab names the field that it does not have, and refuses the whole query for it.
        if (!marked || !(error instanceof GitLabError) || !error.words.includes(MARK)) throw error;
        withoutMark.add(gitlab);
        return ask(gitlab, ids);
    }
}

/** A proxy, or something that stands in for GitLab, without these fields. */
function isUnserved(error: unknown): boolean {
    return error instanceof GitLabError && error.status === 501;
}

/** `gid://gitlab/Project/7` gives 7. */
export function idOf(gid: string): number {
    return Number(gid.slice(gid.lastIndexOf("/") + 1));
}
