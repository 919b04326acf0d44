import { keptFor } from "../core/kept-for";
import type { GitLab } from "./client";
import { GitLabError, isAnswered, isRefusal } from "./errors";
import { fromGid } from "./ids";

export interface PermittedEntry {
    kind: "project" | "group";
    id: number;
    /** Absent where the entry has default permissions: everything that the role allows. */
    policies?: string[];
}

export interface ProjectFacts {
    id: number;
    /** Full path. */
    path: string;
    /** To the second, in UTC: ids are used again where a backup was restored, times of creation are not. */
    createdAt?: string;
    archived: boolean;
    /**
     * The day on which it was marked for deletion, `YYYY-MM-DD`. Absent where GitLab's GraphQL does not have it: before 16.10, and before
     * 18.0 without a licence.
     */
    markedOn?: string;
}

/** A project with its job-token allowlist, as one query has both. https://docs.gitlab.com/api/graphql/reference/#project */
export interface ListedProject extends ProjectFacts {
    /** The project's own switch; null where this token may not see it. */
    enabled: boolean | null;
    /** Ids on the list; undefined where the query does not tell all of them. */
    projects?: number[];
    groups?: number[];
    /** Entries with their permissions, where those were asked for; undefined where the query does not tell all of them. */
    permitted?: PermittedEntry[];
}

/** What a query tells of each project. */
export type Listing = "entries" | "permissions";

/** What GraphQL says of an entry's permissions. */
export interface PermissionsNode {
    defaultPermissions?: boolean | null;
    jobTokenPolicies?: string[] | null;
}

interface EntryNode extends PermissionsNode {
    target: { id: string } | null;
}

interface Side {
    nodes: EntryNode[];
    pageInfo: { hasNextPage: boolean };
}

/** A project as GraphQL answers it. */
export interface ProjectNode {
    id: string;
    fullPath: string;
    createdAt: string | null;
    archived: boolean | null;
    markedForDeletionOn?: string | null;
    ciCdSettings: { inboundJobTokenScopeEnabled: boolean | null } | null;
    ciJobTokenScopeAllowlist: { projectsAllowlist: Side | null; groupsAllowlist: Side | null } | null;
}

const MARK = "markedForDeletionOn";
const PERMISSIONS = "defaultPermissions jobTokenPolicies";

/** Instances whose GraphQL does not know these fields at all. */
const tooOldFor = keptFor<GitLab, Set<Listing>>(() => new Set());
/** Instances whose GraphQL does not say when a project is going to be deleted. */
const withoutMark = new WeakSet<GitLab>();

/** Whether this GitLab's GraphQL has proved not to have what a listing needs. */
export function isTooOld(gitlab: GitLab, listing: Listing): boolean {
    return tooOldFor(gitlab).has(listing);
}

/** Notes why a query was refused, where it was for what the GitLab does not have; any other error goes on. */
export function noteRefusal(gitlab: GitLab, listing: Listing, error: unknown): void {
    // 501: a proxy, or something that stands in for GitLab, without these fields.
    if (!isRefusal(error) && !isAnswered(error, 501)) throw error;
    tooOldFor(gitlab).add(listing);
}

/** Runs a query whose projects have these fields. */
export async function askForProjects<Answer>(
    gitlab: GitLab,
    listing: Listing,
    queryOf: (fields: string) => string,
    variables: Record<string, unknown>,
): Promise<Answer> {
    const marked = !withoutMark.has(gitlab);
    try {
        return await gitlab.graphql<Answer>(queryOf(fieldsOf(listing, marked)), variables);
    } catch (error) {
        // GitLab names the field that it does not have, and refuses the whole query for it.
        if (!marked || !(error instanceof GitLabError) || !error.words.includes(MARK)) throw error;
        withoutMark.add(gitlab);
        return askForProjects(gitlab, listing, queryOf, variables);
    }
}

// The stored entries and not `inboundAllowlist`, which has the project itself as one more: 100 entries are one page.
function fieldsOf(listing: Listing, marked: boolean): string {
    const permissions = listing === "permissions" ? PERMISSIONS : "";
    const target = "target { ... on CiJobTokenAccessibleProject { id } ... on CiJobTokenAccessibleGroup { id } }";
    const side = `{ nodes { ${target} ${permissions} } pageInfo { hasNextPage } }`;
    return `id fullPath createdAt archived ${marked ? MARK : ""}
    ciCdSettings { inboundJobTokenScopeEnabled }
    ciJobTokenScopeAllowlist { projectsAllowlist(first: 100) ${side} groupsAllowlist(first: 100) ${side} }`;
}

/** Keeps the ids alone: a thousand lists of a hundred entries are small then. */
export function toListed(node: ProjectNode, listing: Listing): ListedProject {
    const { projectsAllowlist, groupsAllowlist } = node.ciJobTokenScopeAllowlist ?? {};
    const sides = [
        ["project", projectsAllowlist],
        ["group", groupsAllowlist],
    ] as const;
    return {
        id: fromGid(node.id),
        path: node.fullPath,
        createdAt: toSecond(node.createdAt),
        archived: node.archived === true,
        markedOn: node.markedForDeletionOn?.slice(0, 10),
        enabled: node.ciCdSettings?.inboundJobTokenScopeEnabled ?? null,
        projects: idsOn(projectsAllowlist),
        groups: idsOn(groupsAllowlist),
        permitted:
            listing === "permissions" && sides.every(([, side]) => isWhole(side))
                ? sides.flatMap(([kind, side]) => permittedOn(kind, side!))
                : undefined,
    };
}

function idsOn(side: Side | null | undefined): number[] | undefined {
    return isWhole(side) ? side.nodes.map(({ target }) => fromGid(target!.id)) : undefined;
}

/** Not longer than a page, and without an entry that this token may not see. */
function isWhole(side: Side | null | undefined): side is Side {
    return side?.pageInfo.hasNextPage === false && side.nodes.every(({ target }) => target !== null);
}

function permittedOn(kind: PermittedEntry["kind"], { nodes }: Side): PermittedEntry[] {
    return nodes.map((node) => ({ kind, id: fromGid(node.target!.id), policies: policiesOf(node) }));
}

/** An entry's fine-grained permissions; undefined where it has default ones. */
export function policiesOf({ defaultPermissions, jobTokenPolicies }: PermissionsNode): string[] | undefined {
    return defaultPermissions === false ? [...(jobTokenPolicies ?? [])].sort() : undefined;
}

/** REST has milliseconds, GraphQL has none. */
export function toSecond(time: string | null | undefined): string | undefined {
    const at = Date.parse(time ?? "");
    return Number.isNaN(at) ? undefined : `${new Date(at).toISOString().slice(0, 19)}Z`;
}
