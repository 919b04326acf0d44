import { idsIn, textsIn, type Value } from "../../core/props";
import { batched } from "../../gitlab/batch";
import { encodeId, type GitLab } from "../../gitlab/client";
import { unlessNotFound, unlessRefusal } from "../../gitlab/errors";
import { fromGid } from "../../gitlab/ids";
import { locate } from "../../gitlab/namespaces";
import type { FunctionHandler } from "../handler";

/** Paths in one query: two units of complexity each, of 250. */
const AT_ONCE = 100;

interface Wanted {
    kind: "project" | "group";
    path: string;
}

/** Ids of many projects and groups by full path, and full paths by id. What does not exist is left out. */
export const resolvePaths: FunctionHandler = async ({ gitlab }, { projects, groups, projectIds, groupIds }) => {
    const idsBy = async (kind: Wanted["kind"], paths: Value | undefined) =>
        table(textsIn(paths), (path) => idOf(gitlab, { kind, path }));
    const pathsBy = async (kind: Wanted["kind"], ids: Value | undefined) =>
        table(idsIn(ids), async (id) => (await locate(gitlab, kind, id))?.path);
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

function idOf(gitlab: GitLab, wanted: Wanted): Promise<number | undefined> {
    return gitlab.shared.get(`path/${wanted.kind}/${wanted.path}`, () => lookUp(gitlab, wanted));
}

/** Paths asked for at the same moment, by one call or by several, share queries. */
const lookUp = batched<Wanted, number | undefined>(AT_ONCE, async (gitlab, batch) => {
    const parameters = batch.map((_, i) => `$p${i}: ID!`).join(", ");
    const aliases = batch.map(({ kind }, i) => `p${i}: ${kind}(fullPath: $p${i}) { id }`).join(" ");
    const variables = Object.fromEntries(batch.map(({ path }, i) => [`p${i}`, path]));
    const data = await gitlab
        .graphql<Record<string, { id: string } | null>>(`query(${parameters}) { ${aliases} }`, variables)
        .catch(unlessRefusal);
    return Promise.all(
        batch.map((wanted, i) => {
            const gid = data?.[`p${i}`]?.id;
            // REST knows paths from before a project was renamed, and answers where GraphQL does not.
            return gid === undefined ? lookUpByRest(gitlab, wanted) : fromGid(gid);
        }),
    );
});

async function lookUpByRest(gitlab: GitLab, { kind, path }: Wanted): Promise<number | undefined> {
    // REST takes digits for an id.
    if (/^\d+$/.test(path)) return undefined;
    return (await gitlab.get<{ id: number }>(`/${kind}s/${encodeId(path)}`).catch(unlessNotFound))?.id;
}
