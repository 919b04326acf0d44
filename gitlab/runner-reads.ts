import { keptFor } from "../core/kept-for";
import { batched, gathered } from "./batch";
import type { GitLab } from "./client";
import { unlessNotFound, unlessRefusal } from "./errors";
import { toGid } from "./ids";
import { IDS_IN_A_QUERY, RUNNER_LISTS, type RunnerList, runnersOf } from "./runner-list";
import { fromDetails, fromNode, RUNNER_FIELDS, type RunnerRecord, type RunnerScope } from "./runners";
import type { RunnerDetails, RunnerNode } from "./types";

/** From the third read of a scope on, reading its list is cheaper than asking for each. */
const WORTH_A_LIST = 3;

/** How often each scope was asked about, and whether GraphQL refuses; by GitLab. */
const historyOf = keptFor<GitLab, { readsOfScope: Map<string, number>; refused: boolean }>(() => ({
    readsOfScope: new Map(),
    refused: false,
}));

/** One runner, or `undefined` when GitLab says 404. Reads at the same time share their requests. */
export async function readRunner(gitlab: GitLab, id: number, scope?: RunnerScope): Promise<RunnerRecord | undefined> {
    const record = scope === undefined ? undefined : await readInScope(gitlab, id, scope);
    // GraphQL says null for "gone" and for "not yours": only REST tells them apart, and only 404 is "gone".
    return record ?? gitlab.get<RunnerDetails>(`/runners/${id}`).then(fromDetails).catch(unlessNotFound);
}

/** To be called after any change of runners: what was listed before is no longer true. */
export function forgetRunners(gitlab: GitLab): void {
    gitlab.shared.forget(RUNNER_LISTS);
}

async function readInScope(gitlab: GitLab, id: number, scope: RunnerScope): Promise<RunnerRecord | undefined> {
    const history = historyOf(gitlab);
    if (history.refused) return undefined;
    // Pulumi's engine compares one resource after the other: a wait for others here would be one for each of them.
    const known = (await runnersOf(gitlab, scope)).peek(id);
    if (known !== undefined) return known;
    const key = `${scope.runnerType}/${scope.id ?? ""}`;
    history.readsOfScope.set(key, (history.readsOfScope.get(key) ?? 0) + 1);
    await gathered(gitlab);
    let list: RunnerList | undefined;
    if (history.readsOfScope.get(key)! >= WORTH_A_LIST) {
        list = await runnersOf(gitlab, scope);
        const record = await list.find(id).catch(unlessRefusal);
        if (record !== undefined) return record;
    }
    return readById(gitlab, { id, list });
}

/** `list` is where it was looked for in vain. */
const readById = batched<{ id: number; list?: RunnerList }, RunnerRecord | undefined>(
    IDS_IN_A_QUERY,
    async (gitlab, wanted) => {
        for (const { list } of wanted) list?.noteSpent(1 / wanted.length);
        // Ids stand in the query itself: GitLab names the type of the argument CiRunnerID, others ID.
        const aliases = wanted.map(
            ({ id }, i) => `r${i}: runner(id: "${toGid("Ci::Runner", id)}") { ${RUNNER_FIELDS} }`,
        );
        const data = await gitlab
            .graphql<Record<string, RunnerNode | null>>(`{ ${aliases.join(" ")} }`, {})
            .catch(unlessRefusal);
        if (data === undefined) historyOf(gitlab).refused = true;
        return wanted.map((_, i) => {
            const node = data?.[`r${i}`];
            return node ? fromNode(node) : undefined;
        });
    },
);
