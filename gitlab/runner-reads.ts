import { batched } from "./batch";
import type { GitLab } from "./client";
import { unlessNotFound, unlessRefusal } from "./errors";
import { toGid } from "./ids";
import { readFrom } from "./paged-list";
import { IDS_IN_A_QUERY, RUNNER_LISTS, runnersOf } from "./runner-list";
import { fromDetails, fromNode, RUNNER_FIELDS, type RunnerRecord, type RunnerScope } from "./runners";
import type { RunnerDetails, RunnerNode } from "./types";

/** GitLab instances whose GraphQL refuses. */
const refusing = new WeakSet<GitLab>();

/** One runner, or `undefined` if GitLab says 404. Simultaneous reads share their requests. */
export async function readRunner(gitlab: GitLab, id: number, scope?: RunnerScope): Promise<RunnerRecord | undefined> {
    const record = scope === undefined ? undefined : await readInScope(gitlab, id, scope);
    // GraphQL answers null both for "gone" and for "not yours". Only REST distinguishes them, and only 404 means
    // "gone".
    return record ?? gitlab.get<RunnerDetails>(`/runners/${id}`).then(fromDetails).catch(unlessNotFound);
}

/** Must be called after any change of runners, which makes earlier lists outdated. */
export function forgetRunners(gitlab: GitLab): void {
    gitlab.shared.forget(RUNNER_LISTS);
}

async function readInScope(gitlab: GitLab, id: number, scope: RunnerScope): Promise<RunnerRecord | undefined> {
    if (refusing.has(gitlab)) return undefined;
    const list = await runnersOf(gitlab, scope);
    return readFrom(gitlab, [list], id, (spent) => readById(gitlab, { id, spent }));
}

const readById = batched<{ id: number; spent(requests: number): void }, RunnerRecord | undefined>(
    IDS_IN_A_QUERY,
    async (gitlab, wanted) => {
        for (const { spent } of wanted) spent(1 / wanted.length);
        // Ids are part of the query itself: GitLab's type of the argument is CiRunnerID, other servers' is ID.
        const aliases = wanted.map(
            ({ id }, i) => `r${i}: runner(id: "${toGid("Ci::Runner", id)}") { ${RUNNER_FIELDS} }`,
        );
        const data = await gitlab
            .graphql<Record<string, RunnerNode | null>>(`{ ${aliases.join(" ")} }`, {})
            .catch(unlessRefusal);
        if (data === undefined) refusing.add(gitlab);
        return wanted.map((_, i) => {
            const node = data?.[`r${i}`];
            return node ? fromNode(node) : undefined;
        });
    },
);
