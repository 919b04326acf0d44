import { attempt } from "../attempt";
import { memberOf, show } from "../values";
import { isKnownTable, type Report } from "./check-values";
import { tableSpec } from "./key-table";
import { isTimezone, whyNotPeriod } from "./periods";

// Rules that gitlab-runner applies when it loads config.toml, beyond the types of the keys.

const LABEL_KEY = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{2,64}$/;
const LABEL_VALUE = /^[a-zA-Z0-9._-]{1,256}$/;
const MOST_LABELS = 32;

/** Rules for the top of the file. */
export function checkLoadedGlobal(global: Record<string, unknown>, path: string, report: Report): void {
    checkLabels(global.labels, memberOf(path, "labels"), report);
    const version = numberOr(global.log_field_schema_version, 0);
    const target = numberOr(global.log_field_dual_emit_target, 0);
    if (version < 0)
        report(
            memberOf(path, "log_field_schema_version"),
            `must be at least 0 (got ${version}). Raise it or leave it out.`,
        );
    if (target < 0 || (target > 0 && target <= version)) {
        report(
            memberOf(path, "log_field_dual_emit_target"),
            `must be 0 or above log_field_schema_version, which is ${version} (got ${target}). Correct one of them.`,
        );
    }
}

/** Rules for one worker; labels of the top count with its own. */
export function checkLoadedWorker(
    worker: Record<string, unknown>,
    globalLabels: unknown,
    path: string,
    report: Report,
): void {
    checkLabels(worker.labels, memberOf(path, "labels"), report);
    const labels = new Set([...keysOf(globalLabels), ...keysOf(worker.labels)]);
    if (labels.size > MOST_LABELS) {
        report(
            memberOf(path, "labels"),
            `must not exceed ${MOST_LABELS} together with the labels at the top (got ${labels.size}). Remove some.`,
        );
    }
    checkEnvironment(worker, "WorkerTable", path, report);
    checkMachine(worker.machine, memberOf(path, "machine"), report);
    checkQueuing(worker.monitoring, memberOf(path, "monitoring"), report);
    checkPolicies(worker.autoscaler, memberOf(path, "autoscaler"), report);
    if (isKnownTable(worker.kubernetes)) {
        const pods = memberOf(memberOf(path, "kubernetes"), "autoscaler");
        checkPolicies(worker.kubernetes.autoscaler, pods, report);
    }
    checkKubernetes(worker.kubernetes, memberOf(path, "kubernetes"), report);
}

/** Entries of `environment`, of a worker and of its services, of which gitlab-runner makes no variable and says nothing. */
function checkEnvironment(value: unknown, name: string, path: string, report: Report): void {
    if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) checkEnvironment(item, name, memberOf(path, index), report);
    }
    if (!isKnownTable(value)) return;
    for (const [key, { table }] of tableSpec(name)) {
        const [item, where] = [value[key], memberOf(path, key)];
        if (table !== undefined) checkEnvironment(item, table, where, report);
        if (key !== "environment" || !Array.isArray(item)) continue;
        for (const [index, entry] of item.entries()) checkEntry(entry, memberOf(where, index), report);
    }
}

function checkEntry(entry: unknown, path: string, report: Report): void {
    if (typeof entry !== "string" || entry.includes("=")) return;
    // It may be a secret whose name was forgotten.
    report(path, `must be NAME=value (got ${show(entry, true)}): gitlab-runner leaves it out. Write both.`);
}

function checkLabels(labels: unknown, path: string, report: Report): void {
    if (!isKnownTable(labels)) return;
    for (const [key, value] of Object.entries(labels)) {
        if (!LABEL_KEY.test(key)) {
            report(
                memberOf(path, key),
                "is no key for a label (got a name outside the rule). Use 3 to 65 letters, digits, dots, dashes and underscores.",
            );
        }
        if (typeof value === "string" && !LABEL_VALUE.test(value)) {
            report(
                memberOf(path, key),
                `is no value for a label (got ${show(value)}). Use 1 to 256 letters, digits, dots, dashes and underscores.`,
            );
        }
    }
}

function checkMachine(machine: unknown, path: string, report: Report): void {
    if (!isKnownTable(machine)) return;
    for (const [index, option] of textsOf(machine.MachineOptionsWithName).entries()) {
        if (!option.includes("%s")) {
            report(
                `${path}.MachineOptionsWithName[${index}]`,
                `must contain %s for the machine's name (got ${show(option)}). Add it.`,
            );
        }
    }
    if (typeof machine.MachineName === "string" && machine.MachineName !== "" && !machine.MachineName.includes("%s")) {
        report(
            `${path}.MachineName`,
            `must contain %s for a unique part (got ${show(machine.MachineName)}). Write auto-scale-%s, for instance.`,
        );
    }
    for (const [index, item] of mapsOf(machine.autoscaling)) {
        checkPeriods(item, ["Periods", "Timezone"], `${path}.autoscaling[${index}]`, report);
    }
}

function checkQueuing(monitoring: unknown, path: string, report: Report): void {
    if (!isKnownTable(monitoring)) return;
    for (const [index, item] of mapsOf(monitoring.job_queuing_durations)) {
        const place = `${path}.job_queuing_durations[${index}]`;
        checkPeriods(item, ["periods", "timezone"], place, report);
        const pattern = item.jobs_running_for_project;
        if (typeof pattern === "string" && !isGoRegExp(pattern)) {
            report(
                `${place}.jobs_running_for_project`,
                `is no regular expression that Go reads (got ${show(pattern)}). Correct it.`,
            );
        }
    }
}

function checkPolicies(autoscaler: unknown, path: string, report: Report): void {
    if (!isKnownTable(autoscaler)) return;
    for (const [index, item] of mapsOf(autoscaler.policy))
        checkPeriods(item, ["periods", "timezone"], `${path}.policy[${index}]`, report);
}

const NFS_KEYS = ["name", "mount_path", "server", "path"];

function checkKubernetes(kubernetes: unknown, path: string, report: Report): void {
    if (!isKnownTable(kubernetes) || !isKnownTable(kubernetes.volumes)) return;
    for (const [index, volume] of mapsOf(kubernetes.volumes.nfs)) {
        for (const key of NFS_KEYS.filter((name) => volume[name] === undefined || volume[name] === "")) {
            report(
                `${path}.volumes.nfs[${index}].${key}`,
                `is missing, and gitlab-runner loads no NFS volume without it (got ${show(volume[key])}). Give it a value.`,
            );
        }
    }
}

function checkPeriods(
    table: Record<string, unknown>,
    [periods, timezone]: [string, string],
    path: string,
    report: Report,
): void {
    for (const [index, period] of textsOf(table[periods]).entries()) {
        const wrong = whyNotPeriod(period);
        if (wrong !== undefined)
            report(
                `${path}.${periods}[${index}]`,
                `${wrong} (got ${show(period)}). Write a cron expression such as "* 8-17 * * mon-fri".`,
            );
    }
    const zone = table[timezone];
    if (typeof zone === "string" && !isTimezone(zone)) {
        report(
            `${path}.${timezone}`,
            `is no time zone (got ${show(zone)}). Write a name such as Europe/Berlin, UTC or Local.`,
        );
    }
}

/** Go's expressions have no look-around and no back-references; the rest of the syntax is JavaScript's. */
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
