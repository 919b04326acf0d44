import type { GitLab } from "./client";
import { isNotFound } from "./errors";
import { IDS_IN_A_QUERY, isRefusal, RUNNER_LISTS, type RunnerList, runnersOf } from "./runner-list";
import { fromDetails, fromNode, RUNNER_FIELDS, type RunnerRecord, type RunnerScope, toGid } from "./runners";
import type { RunnerDetails, RunnerNode } from "./types";

/** From the third read of a scope on, reading its list is cheaper than asking for each. */
const WORTH_A_LIST = 3;
/** How long a read waits for others to share a query with. */
const GATHER_MS = 5;

const readers = new WeakMap<GitLab, RunnerReads>();

/** One runner, or `undefined` when GitLab says 404. Reads at the same time share their requests. */
export async function readRunner(gitlab: GitLab, id: number, scope?: RunnerScope): Promise<RunnerRecord | undefined> {
    let reads = readers.get(gitlab);
    if (reads === undefined) {
        reads = new RunnerReads(gitlab);
        readers.set(gitlab, reads);
    }
    const record = scope === undefined ? undefined : await reads.read(id, scope);
    // GraphQL says null for "gone" and for "not yours": only REST tells them apart, and only 404 is "gone".
    return record ?? readByRest(gitlab, id);
}

/** To be called after any change of runners: what was listed before is no longer true. */
export function forgetRunners(gitlab: GitLab): void {
    gitlab.shared.forget(RUNNER_LISTS);
}

async function readByRest(gitlab: GitLab, id: number): Promise<RunnerRecord | undefined> {
    try {
        return fromDetails(await gitlab.get<RunnerDetails>(`/runners/${id}`));
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}

interface Waiting {
    id: number;
    /** Where it was looked for in vain. */
    list?: RunnerList;
    resolve(record: RunnerRecord | undefined): void;
    reject(error: unknown): void;
}

class RunnerReads {
    private readonly readsOfScope = new Map<string, number>();
    private queue: Waiting[] = [];
    private refused = false;

    constructor(private readonly gitlab: GitLab) {}

    async read(id: number, scope: RunnerScope): Promise<RunnerRecord | undefined> {
        if (this.refused) {
            return undefined;
        }
        // Pulumi's engine compares one resource after the other: a wait for others here would be one for each of them.
        const known = (await runnersOf(this.gitlab, scope)).peek(id);
        if (known !== undefined) {
            return known;
        }
        const key = `${scope.runnerType}/${scope.id ?? ""}`;
        this.readsOfScope.set(key, (this.readsOfScope.get(key) ?? 0) + 1);
        // By then all that started together have been counted.
        await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
        let list: RunnerList | undefined;
        try {
            if (this.readsOfScope.get(key)! >= WORTH_A_LIST) {
                list = await runnersOf(this.gitlab, scope);
                const record = await list.find(id);
                if (record !== undefined) {
                    return record;
                }
            }
        } catch (error) {
            if (!isRefusal(error)) {
                throw error;
            }
        }
        return this.byId(id, list);
    }

    private byId(id: number, list: RunnerList | undefined): Promise<RunnerRecord | undefined> {
        return new Promise((resolve, reject) => {
            this.queue.push({ id, list, resolve, reject });
            if (this.queue.length === IDS_IN_A_QUERY) {
                this.flush();
            } else if (this.queue.length === 1) {
                setTimeout(() => this.flush(), GATHER_MS);
            }
        });
    }

    private flush(): void {
        const batch = this.queue;
        this.queue = [];
        if (batch.length > 0) {
            for (const { list } of batch) list?.noteSpent(1 / batch.length);
            this.query(batch).catch((error) => {
                this.refused = isRefusal(error);
                for (const { resolve, reject } of batch) {
                    this.refused ? resolve(undefined) : reject(error);
                }
            });
        }
    }

    private async query(batch: Waiting[]): Promise<void> {
        // Ids stand in the query itself: GitLab names the type of the argument CiRunnerID, others ID.
        const aliases = batch.map(({ id }, i) => `r${i}: runner(id: "${toGid(id)}") { ${RUNNER_FIELDS} }`);
        const data = await this.gitlab.graphql<Record<string, RunnerNode | null>>(`{ ${aliases.join(" ")} }`, {});
        batch.forEach(({ resolve }, i) => {
            const node = data[`r${i}`];
            resolve(node ? fromNode(node) : undefined);
        });
    }
}
