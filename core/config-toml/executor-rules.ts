import { didYouMean } from "../suggest";
import { isKnownLater, show } from "../values";
import { isKnownTable } from "./check-values";
import { executorNames } from "./key-table";
import type { Place } from "./place";

/** Sections that an executor requires, with the keys that each must have and that must not be empty. */
type ExecutorNeeds = Readonly<Record<string, readonly string[]>>;

const DOCKER = { docker: ["image"] };

// Without these, the executor refuses every job, or gitlab-runner stops.
const NEEDS: Record<string, ExecutorNeeds> = {
    custom: { custom: ["run_exec"] },
    docker: DOCKER,
    "docker-windows": DOCKER,
    "docker+machine": { ...DOCKER, machine: ["MachineDriver", "MachineName"] },
    "docker-autoscaler": { ...DOCKER, autoscaler: ["plugin"] },
    instance: { autoscaler: ["plugin"] },
    kubernetes: { kubernetes: [] },
    parallels: { parallels: ["base_name"], ssh: [] },
    shell: {},
    ssh: { ssh: ["host"] },
    virtualbox: { virtualbox: ["base_name"], ssh: [] },
};
const OPTIONAL: Record<string, readonly string[]> = { instance: ["instance"] };

/** Sections that belong to particular executors; all other sections mean the same under every executor. */
export const EXECUTOR_SECTIONS: readonly string[] = [
    ...new Set([...Object.values(NEEDS).flatMap(Object.keys), ...Object.values(OPTIONAL).flat()]),
];

/** What an executor needs; undefined for an unknown executor. */
export function needsOf(executor: string): ExecutorNeeds | undefined {
    return Object.hasOwn(NEEDS, executor) ? NEEDS[executor] : undefined;
}

export function sectionsOf(executor: string): readonly string[] {
    return [...Object.keys(needsOf(executor) ?? {}), ...(Object.hasOwn(OPTIONAL, executor) ? OPTIONAL[executor]! : [])];
}

/** Sections of a worker that its executor never reads; none if the executor is unknown. */
export function unreadSections(worker: Record<string, unknown>): string[] {
    const { executor } = worker;
    if (typeof executor !== "string" || needsOf(executor) === undefined) return [];
    const read = sectionsOf(executor);
    return EXECUTOR_SECTIONS.filter((section) => worker[section] !== undefined && !read.includes(section));
}

/** Reports a missing or unknown executor, sections it lacks, and sections it would never read. */
export function checkExecutor(worker: Record<string, unknown>, place: Place): void {
    const { executor } = worker;
    if (isKnownLater(executor)) return;
    const names = executorNames().join(", ");
    if (executor === undefined || executor === "") {
        place.at("executor").refuse(`is missing. Name one of ${names}.`);
        return;
    }
    const needs = typeof executor === "string" ? needsOf(executor) : undefined;
    if (needs === undefined) {
        const meant = typeof executor === "string" ? didYouMean(executor, executorNames()) : "";
        place
            .at("executor")
            .refuse(`is not an executor of gitlab-runner (got ${show(executor)}).${meant} There are ${names}.`);
        return;
    }
    checkSections(worker, executor as string, needs, place);
}

function checkSections(worker: Record<string, unknown>, executor: string, needs: ExecutorNeeds, place: Place): void {
    const missing = `is missing, and the ${executor} executor needs it`;
    for (const [section, keys] of Object.entries(needs)) {
        const table = worker[section];
        if (table === undefined) {
            const with_ = keys.length > 0 ? ` with ${keys.join(" and ")}` : "";
            place.at(section).refuse(`${missing} (got nothing). Add [runners.${section}]${with_}.`);
        } else if (isKnownTable(table)) {
            const empty = keys.filter((key) => table[key] === undefined || table[key] === "");
            for (const key of empty)
                place.at(section, key).refuse(`${missing} (got ${show(table[key])}). Give it a value.`);
        }
    }
    for (const section of unreadSections(worker)) {
        const owners = executorNames().filter((name) => sectionsOf(name).includes(section));
        const remedy = `Remove it, or set executor to ${owners.join(" or ")}.`;
        place.at(section).refuse(`is never read by the ${executor} executor (got ${show(worker[section])}). ${remedy}`);
    }
}
