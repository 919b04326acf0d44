import { keptFor } from "../core/kept-for";
import type { GitLab } from "./client";
import { GitLabError, isAnswered, isRefusal } from "./errors";
import { fromGid } from "./ids";

export interface PermittedEntry {
    kind: "project" | "group";
    id: number;
    /** Absent if the entry has default permissions: everything that the role allows. */
    policies?: string[];
}

export interface ProjectFacts {
    id: number;
    /** Full path. */
    path: string;
    /** To the second, in UTC: after a backup was restored, ids are used again, but creation times are not. */
    createdAt?: string;
    archived: boolean;
    /**
     * The day on which it was marked for deletion, `YYYY-MM-DD`. Absent if GitLab's GraphQL lacks it: before 16.10, and
     * before 18.0 without a licence.
     */
    markedOn?: string;
}

/** A project with its job-token allowlist, from one query. https://docs.gitlab.com/api/graphql/reference/#project */
export interface ListedProject extends ProjectFacts {
    /** The project's own switch; null if this token may not see it. */
    enabled: boolean | null;
    /** Ids on the list; undefined if the query does not return all of them. */
    projects?: number[];
    groups?: number[];
    /** Entries with their permissions, if requested; undefined if the query does not return all of them. */
    permitted?: PermittedEntry[];
}

/** What a query returns for each project. */
export type Listing = "entries" | "permissions";

/** An entry's permissions in GraphQL. */
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

/** A project in GraphQL. */
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

/** Instances whose GraphQL does not have these fields at all. */
const tooOldFor = keptFor<GitLab, Set<Listing>>(() => new Set());
/** Instances whose GraphQL does not have the date of a marked deletion. */
const withoutMark = new WeakSet<GitLab>();

/** Whether this GitLab's GraphQL turned out to lack what a listing needs. */
export function isTooOld(gitlab: GitLab, listing: Listing): boolean {
    return tooOldFor(gitlab).has(listing);
}

/** Notes that this GitLab lacks what a listing needs, if that is why it refused the query; rethrows any other error. */
export function noteRefusal(gitlab: GitLab, listing: Listing, error: unknown): void {
    // 501: a proxy, or a stand-in for GitLab, without these fields.
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
        // GitLab refuses the whole query because of an unknown field, and names the field.
        if (!marked || !(error instanceof GitLabError) || !error.words.includes(MARK)) throw error;
        withoutMark.add(gitlab);
        return askForProjects(gitlab, listing, queryOf, variables);
    }
}

// The stored entries, not `inboundAllowlist`, which also contains the project itself: 100 entries are one page.
function fieldsOf(listing: Listing, marked: boolean): string {
    const permissions = listing === "permissions" ? PERMISSIONS : "";
    const target = "target { ... on CiJobTokenAccessibleProject { id } ... on CiJobTokenAccessibleGroup { id } }";
    const side = `{ nodes { ${target} ${permissions} } pageInfo { hasNextPage } }`;
    return `id fullPath createdAt archived ${marked ? MARK : ""}
    ciCdSettings { inboundJobTokenScopeEnabled }
    ciJobTokenScopeAllowlist { projectsAllowlist(first: 100) ${side} groupsAllowlist(first: 100) ${side} }`;
}

/** Keeps only the ids, so that a thousand lists of a hundred entries stay small. */
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

/** Fits on one page, and has no entry that this token may not see. */
function isWhole(side: Side | null | undefined): side is Side {
    return side?.pageInfo.hasNextPage === false && side.nodes.every(({ target }) => target !== null);
}

function permittedOn(kind: PermittedEntry["kind"], { nodes }: Side): PermittedEntry[] {
    return nodes.map((node) => ({ kind, id: fromGid(node.target!.id), policies: policiesOf(node) }));
}

/** An entry's fine-grained permissions; undefined if it has default permissions. */
export function policiesOf({ defaultPermissions, jobTokenPolicies }: PermissionsNode): string[] | undefined {
    return defaultPermissions === false ? [...(jobTokenPolicies ?? [])].sort() : undefined;
}

/** Cuts a time to the second: REST has milliseconds, GraphQL does not. */
export function toSecond(time: string | null | undefined): string | undefined {
    const at = Date.parse(time ?? "");
    return Number.isNaN(at) ? undefined : `${new Date(at).toISOString().slice(0, 19)}Z`;
}
