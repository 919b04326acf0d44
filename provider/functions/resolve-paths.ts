import type { Value } from "../../core/props";
import { encodeId, type GitLab } from "../../gitlab/client";
import { isNotFound } from "../../gitlab/errors";
import { locate } from "../../gitlab/namespaces";
import { isRefusal } from "../../gitlab/runner-list";
import { fromGid } from "../../gitlab/runners";
import type { FunctionHandler } from "../handler";

/** Paths in one query: two units of complexity each, of 250. */
const BATCH = 100;

interface Wanted {
    kind: "project" | "group";
    path: string;
}

/** Ids of many projects and groups by full path, and full paths by id. What does not exist is left out. */
export const resolvePaths: FunctionHandler = async ({ gitlab }, { projects, groups, projectIds, groupIds }) => {
    const idsBy = async (kind: Wanted["kind"], paths: Value | undefined) =>
        table(pathsOf(paths), (path) => idOf(gitlab, { kind, path }));
    const pathsBy = async (kind: Wanted["kind"], ids: Value | undefined) =>
        table(idsOf(ids), async (id) => (await locate(gitlab, kind, id))?.path);
    const [byProject, byGroup, projectPaths, groupPaths] = await Promise.all([
        idsBy("project", projects),
        idsBy("group", groups),
        pathsBy("project", projectIds),
        pathsBy("group", groupIds),
    ]);
    return {
        projects: byProject,
        groups: byGroup,
        ...(projectIds === undefined ? {} : { projectPaths }),
        ...(groupIds === undefined ? {} : { groupPaths }),
    };
};

/** Answers by question, without those that there are none for. */
async function table<Q extends string | number, A extends Value>(
    questions: readonly Q[],
    ask: (question: Q) => Promise<A | undefined>,
): Promise<Record<string, A>> {
    const answers = await Promise.all(questions.map(ask));
    return Object.fromEntries(
        questions.flatMap((question, i) => (answers[i] === undefined ? [] : [[String(question), answers[i]]])),
    );
}

function idsOf(value: Value | undefined): number[] {
    return Array.isArray(value) ? [...new Set(value.map(Number))] : [];
}

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
    // REST takes digits for an id.
    if (/^\d+$/.test(path)) return undefined;
    try {
        return (await gitlab.get<{ id: number }>(`/${kind}s/${encodeId(path)}`)).id;
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}
