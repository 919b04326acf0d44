import { encodeId, type GitLab } from "../gitlab/client";
import { isNotFound } from "../gitlab/errors";
import { isRefusal } from "../gitlab/runner-list";
import { fromGid } from "../gitlab/runners";
import type { FunctionHandler } from "../handler";
import type { Value } from "../values";

/** Paths in one query: two units of complexity each, of 250. */
const BATCH = 100;

interface Wanted {
    kind: "project" | "group";
    path: string;
}

/** Ids of many projects and groups by full path. */
export const resolvePaths: FunctionHandler = {
    secrets: [],

    async invoke({ gitlab }, { projects, groups }) {
        const wanted: Wanted[] = [
            ...pathsOf(projects).map((path) => ({ kind: "project" as const, path })),
            ...pathsOf(groups).map((path) => ({ kind: "group" as const, path })),
        ];
        const ids = await Promise.all(wanted.map((item) => idOf(gitlab, item)));
        const missing = wanted.filter((_, i) => ids[i] === undefined);
        if (missing.length > 0) {
            const names = missing.map(({ kind, path }) => `${kind} "${path}"`).join(", ");
            throw new Error(
                `GitLab has no ${names}, or the token may not see ${missing.length === 1 ? "it" : "them"}. Correct the path, or use a token of a member.`,
            );
        }
        const table = (kind: Wanted["kind"]) =>
            Object.fromEntries(wanted.flatMap((item, i) => (item.kind === kind ? [[item.path, ids[i]]] : [])));
        return { projects: table("project"), groups: table("group") };
    },
};

function pathsOf(value: Value | undefined): string[] {
    return Array.isArray(value) ? [...new Set(value.map(String))] : [];
}

/** Paths asked for at the same moment, by one call or by several, share queries. */
const gathering = new WeakMap<
    GitLab,
    { wanted: Wanted; resolve(id: number | undefined): void; reject(error: unknown): void }[]
>();

function idOf(gitlab: GitLab, wanted: Wanted): Promise<number | undefined> {
    const load = () =>
        new Promise<number | undefined>((resolve, reject) => {
            let queue = gathering.get(gitlab);
            if (queue === undefined) {
                queue = [];
                gathering.set(gitlab, queue);
                setTimeout(() => flush(gitlab), 5);
            }
            queue.push({ wanted, resolve, reject });
        });
    return gitlab.shared.get(`path/${wanted.kind}/${wanted.path}`, load);
}

function flush(gitlab: GitLab): void {
    const queue = gathering.get(gitlab) ?? [];
    gathering.delete(gitlab);
    for (let start = 0; start < queue.length; start += BATCH) {
        const batch = queue.slice(start, start + BATCH);
        lookUp(
            gitlab,
            batch.map(({ wanted }) => wanted),
        ).then(
            (ids) => batch.forEach(({ resolve }, i) => void resolve(ids[i])),
            (error) => batch.forEach(({ reject }) => void reject(error)),
        );
    }
}

async function lookUp(gitlab: GitLab, batch: Wanted[]): Promise<(number | undefined)[]> {
    let ids: (number | undefined)[] = batch.map(() => undefined);
    try {
        const parameters = batch.map((_, i) => `$p${i}: ID!`).join(", ");
        const aliases = batch.map(({ kind }, i) => `p${i}: ${kind}(fullPath: $p${i}) { id }`).join(" ");
        const data = await gitlab.graphql<Record<string, { id: string } | null>>(
            `query(${parameters}) { ${aliases} }`,
            Object.fromEntries(batch.map(({ path }, i) => [`p${i}`, path])),
        );
        ids = batch.map((_, i) => {
            const gid = data[`p${i}`]?.id;
            return gid === undefined ? undefined : fromGid(gid);
        });
    } catch (error) {
        if (!isRefusal(error)) {
            throw error;
        }
    }
    // REST knows paths from before a project was renamed, and answers where GraphQL does not.
    return Promise.all(batch.map(async (item, i) => ids[i] ?? (await lookUpByRest(gitlab, item))));
}

async function lookUpByRest(gitlab: GitLab, { kind, path }: Wanted): Promise<number | undefined> {
    try {
        return (await gitlab.get<{ id: number }>(`/${kind}s/${encodeId(path)}`)).id;
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}
