import { keptFor } from "../core/kept-for";
import { allowlistKey, forgetAllowlist, readAllowed, readEnabled } from "./allowlists";
import { batched } from "./batch";
import type { GitLab } from "./client";
import { type Connection, nextOf } from "./connection";
import { type Reading, readByGroup } from "./group-reads";
import { toGid } from "./ids";
import {
    askForProjects,
    isTooOld,
    type ListedProject,
    type Listing,
    noteRefusal,
    type ProjectNode,
    toListed,
} from "./listed-projects";

export interface Allowlist {
    /** Whether it is on: the effective value, true whenever the instance enforces it. */
    enabled: boolean;
    /** Ids, without the project itself. */
    projects: number[];
    groups: number[];
}

/** Number of projects in one query by id. */
const AT_ONCE = 25;
/** Number of a group's projects in one query: 64 of 250 units of complexity. */
const PAGE = 50;

/**
 * A project with its list; `undefined` if GraphQL does not show it. Reads share requests, and all callers within an
 * operation share one read.
 *
 * @param path its full path, if known: with it, the lists of its group can be read together. A project that is not in
 * any state yet has none, and is assumed to be near the project that was read before
 */
export function readListed(
    gitlab: GitLab,
    project: number,
    { path, listing = "entries" }: { path?: string; listing?: Listing } = {},
): Promise<ListedProject | undefined> {
    if (isTooOld(gitlab, listing)) return Promise.resolve(undefined);
    return gitlab.shared.get(`${allowlistKey(project)}${listing}`, async () => {
        const last = lastRead(gitlab);
        // A list that is about to be written is read by id: a page read for others would be too old for it.
        const isWritten = gitlab.shared.wasForgotten(allowlistKey(project), 0);
        const near = path ?? (isWritten ? undefined : last.path);
        const listed = await readByGroup(gitlab, READINGS[listing], project, near);
        last.path = listed?.path ?? last.path;
        return listed;
    });
}

const lastRead = keptFor<GitLab, { path?: string }>(() => ({}));

/**
 * Reads a project's allowlist, unless it was already read in this operation. Throws the errors of the REST API.
 *
 * @param known the project with its list, if it was just read
 */
export async function readAllowlist(gitlab: GitLab, project: number, known?: ListedProject): Promise<Allowlist> {
    const listed = known ?? (await readListed(gitlab, project));
    const [enabled, projects, groups] = await Promise.all([
        // GraphQL returns the project's own switch. Only if that is off does it matter whether the instance enforces
        // it.
        listed?.enabled || readEnabled(gitlab, project),
        listed?.projects ?? readAllowed(gitlab, project, "projects"),
        listed?.groups ?? readAllowed(gitlab, project, "groups"),
    ]);
    return { enabled, projects, groups };
}

/** Reads a project's allowlist again: the next write depends on it. */
export function readAllowlistNow(gitlab: GitLab, project: number): Promise<Allowlist> {
    forgetAllowlist(gitlab, project);
    return readAllowlist(gitlab, project);
}

const READINGS: Record<Listing, Reading<ListedProject>> = {
    entries: readingOf("entries"),
    permissions: readingOf("permissions"),
};

function readingOf(listing: Listing): Reading<ListedProject> {
    const readOne = batched<Asked, ListedProject | undefined>(AT_ONCE, async (gitlab, asked) => {
        for (const { spent } of asked) spent(1 / asked.length);
        try {
            const gids = [...new Set(asked.map(({ id }) => toGid("Project", id)))];
            const { projects } = await askForProjects<{ projects: { nodes: ProjectNode[] } | null }>(
                gitlab,
                listing,
                (fields) => `query($ids: [ID!]!) { projects(ids: $ids) { nodes { ${fields} } } }`,
                { ids: gids },
            );
            const byId = new Map(
                (projects?.nodes ?? []).map((node) => toListed(node, listing)).map((one) => [one.id, one]),
            );
            return asked.map(({ id }) => byId.get(id));
        } catch (error) {
            noteRefusal(gitlab, listing, error);
            return asked.map(() => undefined);
        }
    });
    return {
        name: listing,
        page: PAGE,
        keyOf: allowlistKey,
        readOne: (gitlab, id, spent) => readOne(gitlab, { id, spent }),
        async readPage(gitlab, path, after) {
            const { group } = await askForProjects<{ group: { projects: Connection<ProjectNode> } | null }>(
                gitlab,
                listing,
                (fields) => `query($path: ID!, $after: String) { group(fullPath: $path) {
                    projects(includeSubgroups: true, first: ${PAGE}, after: $after) {
                        count pageInfo { hasNextPage endCursor } nodes { ${fields} }
                    }
                } }`,
                { path, after },
            );
            const { nodes = [], count = 0, pageInfo } = group?.projects ?? {};
            return {
                items: nodes.map((node) => toListed(node, listing)).map((one) => [one.id, one] as const),
                total: count,
                next: pageInfo && nextOf({ pageInfo }),
            };
        },
    };
}

interface Asked {
    id: number;
    spent(requests: number): void;
}
