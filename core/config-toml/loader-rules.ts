import { attempt } from "../attempt";
import { show } from "../values";
import { isKnownTable } from "./check-values";
import { tableSpec } from "./key-table";
import { isTimezone, whyNotPeriod } from "./periods";
import type { Place } from "./place";

// Rules that gitlab-runner applies when it loads config.toml, beyond the types of the keys.

const LABEL_KEY = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{2,64}$/;
const LABEL_VALUE = /^[a-zA-Z0-9._-]{1,256}$/;
const MOST_LABELS = 32;

export function checkLoadedGlobal(global: Record<string, unknown>, place: Place): void {
    checkLabels(global.labels, place.at("labels"));
    const version = numberOr(global.log_field_schema_version, 0);
    const target = numberOr(global.log_field_dual_emit_target, 0);
    if (version < 0)
        place.at("log_field_schema_version").refuse(`must be at least 0 (got ${version}). Raise it or leave it out.`);
    if (target < 0 || (target > 0 && target <= version)) {
        const above = `above log_field_schema_version, which is ${version}`;
        place.at("log_field_dual_emit_target").refuse(`must be 0 or ${above} (got ${target}). Correct one of them.`);
    }
}

/** Rules for one worker. The labels at the top of the file count with the worker's own. */
export function checkLoadedWorker(worker: Record<string, unknown>, globalLabels: unknown, place: Place): void {
    checkLabels(worker.labels, place.at("labels"));
    const labels = new Set([...keysOf(globalLabels), ...keysOf(worker.labels)]);
    if (labels.size > MOST_LABELS) {
        const most = `${MOST_LABELS} together with the labels at the top`;
        place.at("labels").refuse(`must not exceed ${most} (got ${labels.size}). Remove some.`);
    }
    checkEnvironment(worker, "WorkerTable", place);
    checkMachine(worker.machine, place.at("machine"));
    checkQueuing(worker.monitoring, place.at("monitoring"));
    checkPolicies(worker.autoscaler, place.at("autoscaler"));
    if (isKnownTable(worker.kubernetes)) checkKubernetes(worker.kubernetes, place.at("kubernetes"));
}

/** Reports entries of `environment`, of a worker and of its services, that gitlab-runner silently ignores. */
function checkEnvironment(value: unknown, name: string, place: Place): void {
    if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) checkEnvironment(item, name, place.at(index));
    }
    if (!isKnownTable(value)) return;
    for (const [key, { table }] of tableSpec(name)) {
        const [item, where] = [value[key], place.at(key)];
        if (table !== undefined) checkEnvironment(item, table, where);
        if (key !== "environment" || !Array.isArray(item)) continue;
        for (const [index, entry] of item.entries()) checkEntry(entry, where.at(index));
    }
}

function checkEntry(entry: unknown, place: Place): void {
    if (typeof entry !== "string" || entry.includes("=")) return;
    // It may be a secret whose name was forgotten, so its text is not shown.
    place.refuse(`must be NAME=value (got ${show(entry, true)}): gitlab-runner leaves it out. Write both.`);
}

function checkLabels(labels: unknown, place: Place): void {
    if (!isKnownTable(labels)) return;
    const signs = "letters, digits, dots, dashes and underscores";
    for (const [key, value] of Object.entries(labels)) {
        if (!LABEL_KEY.test(key))
            place.at(key).refuse(`is not a valid key for a label (got a name outside the rule). Use 3 to 65 ${signs}.`);
        if (typeof value === "string" && !LABEL_VALUE.test(value))
            place.at(key).refuse(`is not a valid value for a label (got ${show(value)}). Use 1 to 256 ${signs}.`);
    }
}

function checkMachine(machine: unknown, place: Place): void {
    if (!isKnownTable(machine)) return;
    const { MachineOptionsWithName: options, MachineName: name } = machine;
    for (const [index, option] of textsOf(options).entries()) {
        if (option.includes("%s")) continue;
        place
            .at("MachineOptionsWithName", index)
            .refuse(`must contain %s for the machine's name (got ${show(option)}). Add it.`);
    }
    if (typeof name === "string" && name !== "" && !name.includes("%s")) {
        const got = `(got ${show(name)})`;
        place.at("MachineName").refuse(`must contain %s for a unique part ${got}. Write auto-scale-%s, for instance.`);
    }
    for (const [index, item] of mapsOf(machine.autoscaling))
        checkPeriods(item, ["Periods", "Timezone"], place.at("autoscaling", index));
}

function checkQueuing(monitoring: unknown, place: Place): void {
    if (!isKnownTable(monitoring)) return;
    for (const [index, item] of mapsOf(monitoring.job_queuing_durations)) {
        const duration = place.at("job_queuing_durations", index);
        checkPeriods(item, ["periods", "timezone"], duration);
        const pattern = item.jobs_running_for_project;
        if (typeof pattern !== "string" || isGoRegExp(pattern)) continue;
        duration
            .at("jobs_running_for_project")
            .refuse(`is not a regular expression that Go accepts (got ${show(pattern)}). Correct it.`);
    }
}

function checkPolicies(autoscaler: unknown, place: Place): void {
    if (!isKnownTable(autoscaler)) return;
    for (const [index, item] of mapsOf(autoscaler.policy))
        checkPeriods(item, ["periods", "timezone"], place.at("policy", index));
}

const NFS_KEYS = ["name", "mount_path", "server", "path"];

function checkKubernetes({ autoscaler, volumes }: Record<string, unknown>, place: Place): void {
    checkPolicies(autoscaler, place.at("autoscaler"));
    if (!isKnownTable(volumes)) return;
    for (const [index, volume] of mapsOf(volumes.nfs)) {
        for (const key of NFS_KEYS.filter((name) => volume[name] === undefined || volume[name] === "")) {
            const why = "is missing, and gitlab-runner loads no NFS volume without it";
            place.at("volumes", "nfs", index, key).refuse(`${why} (got ${show(volume[key])}). Give it a value.`);
        }
    }
}

function checkPeriods(table: Record<string, unknown>, [periods, timezone]: [string, string], place: Place): void {
    for (const [index, period] of textsOf(table[periods]).entries()) {
        const wrong = whyNotPeriod(period);
        if (wrong === undefined) continue;
        const remedy = 'Write a cron expression such as "* 8-17 * * mon-fri".';
        place.at(periods, index).refuse(`${wrong} (got ${show(period)}). ${remedy}`);
    }
    const zone = table[timezone];
    if (typeof zone !== "string" || isTimezone(zone)) return;
    const remedy = "Write a name such as Europe/Berlin, UTC or Local.";
    place.at(timezone).refuse(`is not a time zone (got ${show(zone)}). ${remedy}`);
}

/** Go's expressions have no look-around and no back-references; otherwise their syntax is JavaScript's. */
function isGoRegExp(pattern: string): boolean {
    if (/\(\?<?[=!]|\\[1-9]/.test(pattern)) return false;
    const ours = pattern.replace(/\(\?P</g, "(?<").replace(/^\(\?[imsU]+\)/, "");
    return attempt(() => new RegExp(ours)) !== undefined;
}

function numberOr(value: unknown, otherwise: number): number {
    return typeof value === "number" ? value : otherwise;
}

function keysOf(value: unknown): string[] {
    return isKnownTable(value) ? Object.keys(value) : [];
}

function textsOf(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function mapsOf(value: unknown): [number, Record<string, unknown>][] {
    if (!Array.isArray(value)) return [];
    return [...value.entries()].filter((item): item is [number, Record<string, unknown>] => isKnownTable(item[1]));
}
