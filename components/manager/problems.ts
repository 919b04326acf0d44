import {
    findProblems,
    type GlobalConfig,
    type ManagerConfig,
    type RunnerFacts,
    type WorkerConfig,
} from "../../core/config-toml";
import type { Problem } from "../../core/problems";
import { memberOf } from "../../core/values";
import { findNameProblems } from "../common/names";
import type { Rule } from "../common/rules";
import type { Credentials } from "../runner/runner";
import { findPlacementProblems, type Placement } from "./placements/placement";

/** A manager's `config.toml` before the runners' tokens and ids are known. */
export interface ManagerDraft {
    /** Keys above the first `[[runners]]` table. */
    global: GlobalConfig;
    /** The `[[runners]]` tables. */
    workers: WorkerDraft[];
}

/** A worker before its runner's token and id are known. */
export interface WorkerDraft {
    /** Name of the worker, unless its table has one. */
    name: string;
    /** GitLab's address, unless its table has one. */
    url: string;
    /** The `[[runners]]` table. */
    config: WorkerConfig;
    /** What warnings look at. */
    runner?: RunnerFacts;
    /** Codes of warnings that are accepted for this worker. */
    silence?: readonly string[];
}

/** The arguments that a manager's rules look at. */
export interface ManagerInput {
    /** Where the files go. */
    placement: Placement;
    /** What `config.toml` will hold: a `ManagerDraft`. */
    draft: unknown;
}

/** Everything that gitlab-runner would refuse or misunderstand in one manager. `silence` names accepted warnings. */
export function managerRules(name: string, silence: readonly string[]): Rule<ManagerInput>[] {
    return [
        { needs: [], find: () => findNameProblems(name, "name") },
        {
            needs: ["placement"],
            find: ({ placement }) =>
                findPlacementProblems(placement, "placement").filter(({ code = "" }) => !silence.includes(code)),
        },
        {
            needs: ["draft"],
            passesOutputs: true,
            find: ({ draft }) =>
                findDraftProblems(draft as ManagerDraft, "", silence, (index) => `workers[${index}].config`),
        },
    ];
}

/** What is wrong or unwise in a draft; `workerPath` says where the user wrote a worker's keys. */
export function findDraftProblems(
    draft: ManagerDraft,
    path: string,
    silence: readonly string[],
    workerPath: (index: number) => string,
): Problem[] {
    const found = findProblems(draft, path, { globalPath: memberOf(path, "config"), workerPath, silence });
    const ownUrl = new Set(
        draft.workers.flatMap(({ config }, index) =>
            config?.url === undefined ? [memberOf(workerPath(index), "url")] : [],
        ),
    );
    // A worker without an address of its own has the manager's, and that is where the mistake stands.
    const moved = found.map((problem) =>
        ownUrl.has(problem.path) ? { ...problem, path: memberOf(path, "gitlabUrl") } : problem,
    );
    return moved.filter(
        (problem, index) =>
            moved.findIndex((other) => other.path === problem.path && other.message === problem.message) === index,
    );
}

/** `config.toml` of a draft, with the tokens and ids that GitLab issued, in the workers' order. */
export function withCredentials(draft: ManagerDraft, issued: readonly Credentials[]): ManagerConfig {
    return {
        global: draft.global,
        workers: draft.workers.map((worker, index) => ({ ...worker, ...issued[index]! })),
    };
}
