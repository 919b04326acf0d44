import { pathKey, waitsForDeletion } from "../../core/paths";
import { idsIn, textsIn, type Value } from "../../core/props";
import { firstOf } from "../../core/values";
import { batched } from "../../gitlab/batch";
import { encodeId, type GitLab } from "../../gitlab/client";
import { unlessNotFound, unlessRefusal } from "../../gitlab/errors";
import { fromGid } from "../../gitlab/ids";
import { type Located, locate } from "../../gitlab/namespaces";
import type { Group, Project } from "../../gitlab/types";
import type { FunctionHandler } from "../handler";

/** Number of paths in one query: two units of complexity each, of 250. */
const AT_ONCE = 100;

/** Number of projects named in one warning. */
const MOST_MOVED = 10;

interface Wanted {
    kind: "project" | "group";
    path: string;
}

type Found = Pick<Located, "id" | "path">;

/** Ids of many projects and groups by full path, and full paths by id. Those that do not exist are left out. */
export const resolvePaths: FunctionHandler = async ({ gitlab, log }, { projects, groups, projectIds, groupIds }) => {
    const moved: string[] = [];
    const told = (kind: Wanted["kind"], asked: string | number, found: Found | undefined) => {
        if (found !== undefined && waitsForDeletion(found.path)) {
            log.warn(
                `${kind === "project" ? "Project" : "Group"} ${asked} waits for its deletion, as ${found.path}: once it is gone, preview and up ` +
                    "stop at it. Restore it in GitLab, or take it out of the program.",
            );
        } else if (found !== undefined && typeof asked === "string" && pathKey(found.path) !== pathKey(asked)) {
            moved.push(`${asked} is ${found.path}`);
        }
        return found;
    };
    const idsBy = async (kind: Wanted["kind"], paths: Value | undefined) =>
        table(textsIn(paths), async (path) => {
            const found = gitlab.shared.get(`path/${kind}/${path}`, () => lookUp(gitlab, { kind, path }));
            return told(kind, path, await found)?.id;
        });
    const pathsBy = async (kind: Wanted["kind"], ids: Value | undefined) =>
        table(idsIn(ids), async (id) => told(kind, id, await locate(gitlab, kind, id))?.path);
    const [byProject, byGroup, projectPaths, groupPaths] = await Promise.all([
        idsBy("project", projects),
        idsBy("group", groups),
        pathsBy("project", projectIds),
        pathsBy("group", groupIds),
    ]);
    if (moved.length > 0) {
        log.warn(
            `Projects were renamed or moved in GitLab: ${firstOf(moved.sort(), MOST_MOVED)} now. Write the new path: the old one leads there only ` +
                "until something else gets it, and then names that.",
        );
    }
    return {
        projects: byProject,
        groups: byGroup,
        ...(projectIds === undefined ? {} : { projectPaths }),
        ...(groupIds === undefined ? {} : { groupPaths }),
    };
};

/** Results by question, without questions that have no result. */
async function table<Q extends string | number, A extends Value>(
    questions: readonly Q[],
    ask: (question: Q) => Promise<A | undefined>,
): Promise<Record<string, A>> {
    const answers = await Promise.all(questions.map(ask));
    return Object.fromEntries(
        questions.flatMap((question, i) => (answers[i] === undefined ? [] : [[String(question), answers[i]]])),
    );
}

/** Paths that are looked up at the same moment, by one call or by several, share queries. */
const lookUp = batched<Wanted, Found | undefined>(AT_ONCE, async (gitlab, batch) => {
    const parameters = batch.map((_, i) => `$p${i}: ID!`).join(", ");
    const aliases = batch.map(({ kind }, i) => `p${i}: ${kind}(fullPath: $p${i}) { id }`).join(" ");
    const variables = Object.fromEntries(batch.map(({ path }, i) => [`p${i}`, path]));
    const data = await gitlab
        .graphql<Record<string, { id: string } | null>>(`query(${parameters}) { ${aliases} }`, variables)
        .catch(unlessRefusal);
    return Promise.all(
        batch.map((wanted, i) => {
            const gid = data?.[`p${i}`]?.id;
            // REST knows a renamed project's former paths, and answers if GraphQL does not.
            return gid === undefined ? lookUpByRest(gitlab, wanted) : { id: fromGid(gid), path: wanted.path };
        }),
    );
});

async function lookUpByRest(gitlab: GitLab, { kind, path }: Wanted): Promise<Found | undefined> {
    // REST would take digits for an id.
    if (/^\d+$/.test(path)) return undefined;
    const found = await gitlab.get<Project & Group>(`/${kind}s/${encodeId(path)}`).catch(unlessNotFound);
    return found && { id: found.id, path: kind === "project" ? found.path_with_namespace : found.full_path };
}
