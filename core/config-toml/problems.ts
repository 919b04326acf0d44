import type { Problem } from "../problems";
import { didYouMean } from "../suggest";
import { isKnownLater, memberOf, show } from "../values";
import { remedyFor } from "../wrong-type";
import { checkTable, isKnownTable, type Report, reportTo, whyNotToml } from "./check-values";
import { checkExecutor } from "./executor-rules";
import { specBeside } from "./fleeting";
import { featureFlags, type KeySpec, runnerVersion, type TableSpec, tableSpec } from "./key-table";
import { checkLoadedGlobal, checkLoadedWorker } from "./loader-rules";
import { checkScalingGroups } from "./scaling-groups";
import type { UncheckedConfig, UncheckedWorker } from "./types";
import { findWarnings, PLACEMENT_CODES, WARNING_CODES } from "./warnings";

/** How findProblems names things, and what it keeps quiet about. */
export interface CheckOptions {
    /** Codes of warnings that are known and accepted. @default - none */
    silence?: readonly string[];
    /** Path of the keys at the top of the file. @default - the manager's path */
    globalPath?: string;
    /** Path of one worker's keys. @default - `<manager's path>.runners[<index>]` */
    workerPath?: (index: number) => string;
}

/**
 * Everything that is wrong (errors) or unwise (warnings) with one manager's config.toml, each with its full path.
 * Needs neither tokens nor GitLab; values that are not known yet pass.
 */
export function findProblems(config: UncheckedConfig, path: string, options: CheckOptions = {}): Problem[] {
    const globalPath = options.globalPath ?? path;
    const workerPath = options.workerPath ?? ((index: number) => memberOf(memberOf(path, "runners"), index));
    const problems: Problem[] = [];
    const report = reportTo(problems);
    checkGlobal(config.global, globalPath, report);
    const globalLabels = isKnownTable(config.global) ? config.global.labels : undefined;
    for (const [index, worker] of config.workers.entries())
        checkWorker(worker, globalLabels, workerPath(index), report);
    checkNames(config.workers, workerPath, report);
    checkScalingGroups(config.workers, workerPath, report);
    problems.push(...findSilenceProblems(options.silence, memberOf(path, "silence")));
    const silenced = new Set(options.silence);
    const warnings = findWarnings(config, globalPath, workerPath).filter((warning) => !silenced.has(warning.code!));
    return [...problems, ...warnings];
}

/** What is wrong with one worker's table, seen alone: for runners that no manager runs. */
export function findWorkerProblems(worker: UncheckedWorker, path: string): Problem[] {
    const problems: Problem[] = [];
    checkWorker(worker, undefined, path, reportTo(problems));
    return problems;
}

const GLOBAL_ELSEWHERE = new Set(["runners", "extra", "concurrent"]);
const WORKER_ELSEWHERE = new Set([
    "extra",
    "executor",
    "feature_flags",
    "url",
    "token",
    "id",
    "token_obtained_at",
    "token_expires_at",
]);

function checkGlobal(global: unknown, path: string, report: Report): void {
    const spec = tableSpec("GlobalTable");
    checkTable(global, spec, path, "", report, { ignored: GLOBAL_ELSEWHERE });
    if (!isKnownTable(global)) return;
    const { concurrent, extra, runners } = global;
    if (
        !isKnownLater(concurrent) &&
        !(typeof concurrent === "number" && Number.isSafeInteger(concurrent) && concurrent >= 1)
    ) {
        const remedy =
            concurrent === undefined || concurrent === 0
                ? "Say how many jobs may run at once; gitlab-runner stops at 0."
                : (remedyFor("a whole number", concurrent) ?? "Correct the value.");
        report(
            memberOf(path, "concurrent"),
            `must be a whole number of at least 1 (got ${show(concurrent)}). ${remedy}`,
        );
    }
    if (runners !== undefined) {
        report(
            memberOf(path, "runners"),
            `are not written here (got ${show(runners)}). Declare them as the manager's runners.`,
        );
    }
    checkExtra(extra, spec, memberOf(path, "extra"), "", report);
    checkLoadedGlobal(global, path, report);
}

function checkWorker(
    { url, token, config }: UncheckedWorker,
    globalLabels: unknown,
    path: string,
    report: Report,
): void {
    const spec = tableSpec("WorkerTable");
    checkTable(config, spec, path, "runners", report, { ignored: WORKER_ELSEWHERE });
    if (!isKnownTable(config)) return;
    checkHandedOut(config, path, report);
    checkExecutor(config, path, report);
    checkUrl(config.url ?? url, memberOf(path, "url"), report);
    checkToken(token, memberOf(path, "token"), report);
    checkFeatureFlags(config.feature_flags, memberOf(path, "feature_flags"), report);
    checkExtra(config.extra, spec, memberOf(path, "extra"), "runners", report, config);
    checkLoadedWorker(config, globalLabels, path, report);
}

/** Keys whose values come from GitLab. */
function checkHandedOut(worker: Record<string, unknown>, path: string, report: Report): void {
    for (const key of ["token_obtained_at", "token_expires_at"]) {
        if (worker[key] === undefined) continue;
        report(
            memberOf(path, key),
            `must not be given (got ${show(worker[key])}). Remove it: with an expiry gitlab-runner would replace the token behind the program's back.`,
        );
    }
    for (const key of ["token", "id"]) {
        if (worker[key] === undefined) continue;
        report(
            memberOf(path, key),
            `must not be given (got ${show(worker[key], key === "token")}). Remove it: it comes from the declared runner.`,
        );
    }
}

function checkToken(token: unknown, path: string, report: Report): void {
    if (token === undefined || isKnownLater(token)) return;
    if (typeof token === "string" && token !== "" && !token.startsWith("GR1348941") && !token.includes("$")) return;
    report(
        path,
        `must be a runner's authentication token (got ${show(token, true)}). Take the one GitLab issued for the runner; registration tokens are of no use here.`,
    );
}

function checkUrl(url: unknown, path: string, report: Report): void {
    if (url === undefined || isKnownLater(url)) return;
    if (typeof url === "string") {
        const parsed = URL.canParse(url) ? new URL(url) : undefined;
        // gitlab-runner puts environment variables in place of $NAME.
        if (parsed !== undefined && /^https?:$/.test(parsed.protocol) && !url.includes("$") && url === url.trim()) {
            if (!/\/api\/v4\/?$/.test(parsed.pathname)) return;
            report(path, `must be GitLab's own address, without /api/v4 (got ${show(url)}). Shorten it.`);
            return;
        }
    }
    report(
        path,
        `must be a URL that begins with http:// or https:// (got ${show(url)}). Write GitLab's address, such as https://gitlab.example.org.`,
    );
}

function checkFeatureFlags(flags: unknown, path: string, report: Report): void {
    if (flags === undefined || isKnownLater(flags)) return;
    if (!isKnownTable(flags)) {
        report(path, `must be a table of booleans (got ${show(flags)}). Write FF_NAME: true.`);
        return;
    }
    const known = Object.keys(featureFlags());
    for (const [flag, value] of Object.entries(flags)) {
        if (!known.includes(flag)) {
            const help =
                didYouMean(flag, known) ||
                " Remove it, or put it under extra.feature_flags if your gitlab-runner is newer.";
            report(
                memberOf(path, flag),
                `is no feature flag of gitlab-runner ${runnerVersion()} (got ${show(value)}).${help}`,
            );
        } else if (typeof value !== "boolean" && !isKnownLater(value)) {
            report(memberOf(path, flag), `must be true or false (got ${show(value)}). Choose one.`);
        }
    }
}

/** `extra` is for what we do not know; what we know has to pass the checks, outside of it: in `table`. */
function checkExtra(
    extra: unknown,
    spec: TableSpec,
    path: string,
    header: string,
    report: Report,
    table?: unknown,
): void {
    if (extra === undefined || isKnownLater(extra)) return;
    if (!isKnownTable(extra)) {
        report(
            path,
            `must be a table (got ${show(extra)}). Put keys that are newer than gitlab-runner ${runnerVersion()} under it.`,
        );
        return;
    }
    for (const [key, value] of Object.entries(extra)) {
        const beside = isKnownTable(table) ? table : {};
        const keySpec = spec.get(key);
        const known = keySpec === undefined ? undefined : specBeside(keySpec, beside);
        const below = header === "" ? key : `${header}.${key}`;
        checkExtraKey(value, known, memberOf(path, key), below, report, beside[key]);
    }
}

function checkExtraKey(
    value: unknown,
    spec: KeySpec | undefined,
    path: string,
    header: string,
    report: Report,
    table: unknown,
): void {
    if (spec === undefined) {
        const wrong = whyNotToml(value);
        if (wrong !== undefined) report(path, `${wrong[0]} (got ${show(value)}). ${wrong[1]}`);
    } else if (header === "runners.feature_flags" && isKnownTable(value)) {
        const known = Object.keys(value).find((flag) => Object.hasOwn(featureFlags(), flag));
        if (known !== undefined)
            report(
                memberOf(path, known),
                `is a flag gitlab-runner ${runnerVersion()} has (got ${show(value[known])}). Move it out of extra.`,
            );
    } else if (spec.table !== undefined && spec.shape === "one") {
        checkExtra(value, tableSpec(spec.table), path, header, report, table);
    } else if (spec.table !== undefined && Array.isArray(value)) {
        for (const [index, item] of value.entries())
            checkExtra(item, tableSpec(spec.table), memberOf(path, index), header, report);
    } else {
        report(
            path,
            `is a key gitlab-runner ${runnerVersion()} has (got ${show(value, spec.secret)}). Move it out of extra.`,
        );
    }
}

function checkNames(workers: readonly UncheckedWorker[], workerPath: (index: number) => string, report: Report): void {
    const first = new Map<string, number>();
    for (const [index, worker] of workers.entries()) {
        const given = isKnownTable(worker.config) ? worker.config.name : undefined;
        const name = typeof given === "string" ? given : worker.name;
        const other = first.get(name);
        if (other === undefined) first.set(name, index);
        else
            report(
                memberOf(workerPath(index), "name"),
                `is taken by ${workerPath(other)} already (got ${show(name)}). Give each worker of a manager its own name.`,
            );
    }
}

/** What is wrong with a list of codes that shall be kept quiet about. */
export function findSilenceProblems(silence: readonly string[] | undefined, path: string): Problem[] {
    const known = [...WARNING_CODES, ...PLACEMENT_CODES];
    const problems: Problem[] = [];
    const report = reportTo(problems);
    for (const [index, code] of (silence ?? []).entries()) {
        if (known.includes(code)) continue;
        report(
            memberOf(path, index),
            `is no warning (got ${show(code)}).${didYouMean(code, known) || ` There are ${known.join(", ")}.`}`,
        );
    }
    return problems;
}
