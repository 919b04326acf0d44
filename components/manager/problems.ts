import { findProblems, type ManagerConfig, type UncheckedConfig } from "../../core/config-toml";
import { error, firstPlaces, type Problem } from "../../core/problems";
import { isSystemId } from "../../core/system-id";
import { memberOf, show } from "../../core/values";
import { declaredRunner, duration, flag, plainTexts, RESOURCE_KEY, seconds, table, text } from "../common/kinds";
import { shaped } from "../common/maps";
import { findNameProblems } from "../common/names";
import type { Rule } from "../common/rule";
import { anything, judged, kindOf, listOf, needed, plain, type Shape, within } from "../common/shape";
import type { Credentials } from "../runner/runner";
import type { RunnerManagerArgs, Worker } from "./args";
import { findMisfits, findPlacementProblems, PLACEMENTS, type Placement } from "./placements";
import type { ManagerInput, ManagerPaths } from "./placements/kind";

const wait = shaped<{ timeout: string }>(
    undefined,
    { timeout: needed("how long up waits, such as 5m", duration("2m or 90s")) },
    { example: "true, false or { timeout: 5m }", what: "true, false or a map" },
);
const online = kindOf<boolean | { timeout: string }>(
    (value, path) => (typeof value === "boolean" ? { value, problems: [] } : wait(value, path)),
    { anyOf: [{ type: "boolean" }, wait.schema!] },
);

export const MANAGER_SHAPE: Shape<RunnerManagerArgs> = {
    placement: needed(undefined, plain(anything<Placement>({ anyOf: PLACEMENTS.map(({ schema }) => schema) }))),
    config: needed("{ concurrent: 4 }", table()),
    gitlabUrl: text,
    online: plain(online),
    drainTimeout: plain(seconds("a duration of at least 1s, such as 2h or 90m")),
    systemId: plain(judged({ type: "string" }, findSystemIdProblems)),
    silence: plainTexts,
    stateLost: plain(flag),
    workers: needed(
        "{ runner, config } for each runner it serves, [] for none",
        plain(
            listOf(
                plain(
                    shaped<Worker>(
                        "worker",
                        {
                            // Without the runner's schema: Python's modules would import each other in a circle and
                            // lose types.
                            runner: needed(
                                "the runner whose jobs it takes",
                                within(declaredRunner, { [RESOURCE_KEY]: undefined }),
                            ),
                            name: plain(text),
                            config: needed(undefined, table()),
                            silence: plainTexts,
                        },
                        { example: "{ runner, config }" },
                    ),
                ),
            ),
        ),
    ),
};

/** The paths in a `RunnerManager`'s own arguments. */
const OWN_PATHS: ManagerPaths = { manager: "", name: "name", worker: (index) => `workers[${index}].config` };

/** Everything that is wrong or unwise in a manager, as far as it is known now. */
export function findManagerProblems(input: ManagerInput, paths = OWN_PATHS): Problem[] {
    return [
        ...findNameProblems(input.name, paths.name),
        ...findPlaceProblems(input, paths),
        ...findDraftProblems(input, paths),
        ...unsilenced(findMisfits(input, paths), input),
    ];
}

/** Rules that run again once their outputs are known. */
export const LATER_RULES: Rule<ManagerInput>[] = [
    { needs: ["placement"], passesOutputs: true, find: (input) => findPlaceProblems(input, OWN_PATHS) },
    { needs: ["draft"], passesOutputs: true, find: (input) => findDraftProblems(input, OWN_PATHS) },
];

function findSystemIdProblems(systemId: unknown, path: string): Problem[] {
    if (typeof systemId === "string" && isSystemId(systemId)) return [];
    const wanted = "must be s_ or r_ and 12 letters or digits";
    return [error(path, `${wanted} (got ${show(systemId)}). Copy it from .runner_system_id, or leave it out.`)];
}

function findPlaceProblems(input: Pick<ManagerInput, "placement" | "silence">, { manager }: ManagerPaths): Problem[] {
    return unsilenced(findPlacementProblems(input.placement, memberOf(manager, "placement")), input);
}

function unsilenced(problems: readonly Problem[], { silence = [] }: Pick<ManagerInput, "silence">): Problem[] {
    return problems.filter(({ code = "" }) => !silence.includes(code));
}

function findDraftProblems(
    { draft, silence }: Pick<ManagerInput, "draft" | "silence">,
    { manager, worker }: ManagerPaths,
): Problem[] {
    const options = { globalPath: memberOf(manager, "config"), workerPath: worker, silence };
    const found = findProblems(draft, manager, options);
    const ownUrl = new Set(
        draft.workers.flatMap(({ config }, index) => (hasUrl(config) ? [] : [memberOf(worker(index), "url")])),
    );
    // A worker without an address of its own uses the manager's, so the problem is moved there.
    const moved = found.map((problem) =>
        ownUrl.has(problem.path) ? { ...problem, path: memberOf(manager, "gitlabUrl") } : problem,
    );
    const earlier = firstPlaces();
    return moved.filter(({ path, message }) => !earlier(`${path}\n${message}`, path));
}

function hasUrl(config: unknown): boolean {
    return (config as { url?: unknown } | undefined)?.url !== undefined;
}

/** The draft of `config.toml`, with the tokens and ids that GitLab issued, in the workers' order. */
export function withCredentials(draft: UncheckedConfig, issued: readonly Credentials[]): ManagerConfig {
    return {
        global: draft.global,
        workers: draft.workers.map((worker, index) => ({ ...worker, ...issued[index]! })),
    } as ManagerConfig;
}
