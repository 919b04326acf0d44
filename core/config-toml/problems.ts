import { error, firstPlaces, type Problem } from "../problems";
import { didYouMean } from "../suggest";
import { isKnownLater, memberOf, show } from "../values";
import { remedyFor } from "../wrong-type";
import { checkTable, isKnownTable, whyNotToml } from "./check-values";
import { checkExecutor } from "./executor-rules";
import { specBeside } from "./fleeting";
import { featureFlags, type KeySpec, runnerVersion, type TableSpec, tableSpec } from "./key-table";
import { checkLoadedGlobal, checkLoadedWorker } from "./loader-rules";
import { Place } from "./place";
import { checkScalingGroups } from "./scaling-groups";
import type { UncheckedConfig, UncheckedWorker } from "./types";
import { findWarnings, PLACEMENT_CODES, WARNING_CODES } from "./warnings";

/** How findProblems names paths, and which warnings it leaves out. */
export interface CheckOptions {
    /** Codes of known and accepted warnings. @default - none */
    silence?: readonly string[];
    /** Path of the keys at the top of the file. @default - the manager's path */
    globalPath?: string;
    /** Path of one worker's keys. @default - `<manager's path>.runners[<index>]` */
    workerPath?: (index: number) => string;
}

/**
 * Returns everything that is wrong (errors) or unwise (warnings) with one manager's `config.toml`, each with its full
 * path. Needs neither tokens nor GitLab; values that are not known yet are accepted.
 */
export function findProblems(config: UncheckedConfig, path: string, options: CheckOptions = {}): Problem[] {
    const globalPath = options.globalPath ?? path;
    const workerPath = options.workerPath ?? ((index: number) => memberOf(path, "runners", index));
    const problems: Problem[] = [];
    const { global, workers } = config;
    const places = workers.map((_, index) => new Place(problems, workerPath(index), "runners"));
    checkGlobal(global, new Place(problems, globalPath));
    const globalLabels = isKnownTable(global) ? global.labels : undefined;
    for (const [index, worker] of workers.entries()) checkWorker(worker, globalLabels, places[index]!);
    checkNames(workers, places);
    checkScalingGroups(workers, places);
    problems.push(...findSilenceProblems(options.silence, memberOf(path, "silence")));
    const silenced = new Set(options.silence);
    const warnings = findWarnings(config, globalPath, workerPath).filter((warning) => !silenced.has(warning.code!));
    return [...problems, ...warnings];
}

/** Returns what is wrong with a single worker's table, for runners that no manager serves. */
export function findWorkerProblems(worker: UncheckedWorker, path: string): Problem[] {
    const problems: Problem[] = [];
    checkWorker(worker, undefined, new Place(problems, path, "runners"));
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

function checkGlobal(global: unknown, place: Place): void {
    const spec = tableSpec("GlobalTable");
    checkTable(global, spec, place, { ignored: GLOBAL_ELSEWHERE });
    if (!isKnownTable(global)) return;
    const { concurrent, extra, runners } = global;
    const isCount = typeof concurrent === "number" && Number.isSafeInteger(concurrent) && concurrent >= 1;
    if (!isCount && !isKnownLater(concurrent)) {
        const remedy =
            concurrent === undefined || concurrent === 0
                ? "Set how many jobs may run at once; gitlab-runner stops at 0."
                : (remedyFor("a whole number", concurrent) ?? "Correct the value.");
        place.at("concurrent").refuse(`must be a whole number of at least 1 (got ${show(concurrent)}). ${remedy}`);
    }
    if (runners !== undefined)
        place
            .at("runners")
            .refuse(`are not written here (got ${show(runners)}). Declare them as the manager's runners.`);
    checkExtra(extra, spec, place.at("extra"));
    checkLoadedGlobal(global, place);
}

function checkWorker({ url, token, config }: UncheckedWorker, globalLabels: unknown, place: Place): void {
    const spec = tableSpec("WorkerTable");
    checkTable(config, spec, place, { ignored: WORKER_ELSEWHERE });
    if (!isKnownTable(config)) return;
    checkHandedOut(config, place);
    checkExecutor(config, place);
    checkUrl(config.url ?? url, place.at("url"));
    checkToken(token, place.at("token"));
    checkFeatureFlags(config.feature_flags, place.at("feature_flags"));
    checkExtra(config.extra, spec, place.at("extra"), config);
    checkLoadedWorker(config, globalLabels, place);
}

const BEHIND = "with an expiry gitlab-runner would replace the token behind the program's back";
const DECLARED = "it comes from the declared runner";

/** Keys whose values come from GitLab, and why users must not set them. */
const HANDED_OUT = { token_obtained_at: BEHIND, token_expires_at: BEHIND, token: DECLARED, id: DECLARED };

function checkHandedOut(worker: Record<string, unknown>, place: Place): void {
    for (const [key, why] of Object.entries(HANDED_OUT)) {
        if (worker[key] === undefined) continue;
        place.at(key).refuse(`must not be given (got ${show(worker[key], key === "token")}). Remove it: ${why}.`);
    }
}

function checkToken(token: unknown, place: Place): void {
    if (token === undefined || isKnownLater(token)) return;
    if (typeof token === "string" && token !== "" && !token.startsWith("GR1348941") && !token.includes("$")) return;
    const remedy = "Take the one GitLab issued for the runner; registration tokens are of no use here.";
    place.refuse(`must be a runner's authentication token (got ${show(token, true)}). ${remedy}`);
}

function checkUrl(url: unknown, place: Place): void {
    if (url === undefined || isKnownLater(url)) return;
    if (typeof url === "string") {
        const parsed = URL.canParse(url) ? new URL(url) : undefined;
        // gitlab-runner replaces $NAME with environment variables.
        if (parsed !== undefined && /^https?:$/.test(parsed.protocol) && !url.includes("$") && url === url.trim()) {
            if (!/\/api\/v4\/?$/.test(parsed.pathname)) return;
            place.refuse(`must be GitLab's own address, without /api/v4 (got ${show(url)}). Shorten it.`);
            return;
        }
    }
    const remedy = "Write GitLab's address, such as https://gitlab.example.org.";
    place.refuse(`must be a URL that begins with http:// or https:// (got ${show(url)}). ${remedy}`);
}

function checkFeatureFlags(flags: unknown, place: Place): void {
    if (flags === undefined || isKnownLater(flags)) return;
    if (!isKnownTable(flags)) {
        place.refuse(`must be a table of booleans (got ${show(flags)}). Write FF_NAME: true.`);
        return;
    }
    const known = Object.keys(featureFlags());
    for (const [flag, value] of Object.entries(flags)) {
        const got = `(got ${show(value)})`;
        if (!known.includes(flag)) {
            const newer = " Remove it, or put it under extra.feature_flags if your gitlab-runner is newer.";
            const help = didYouMean(flag, known) || newer;
            place.at(flag).refuse(`is not a feature flag of gitlab-runner ${runnerVersion()} ${got}.${help}`);
        } else if (typeof value !== "boolean" && !isKnownLater(value)) {
            place.at(flag).refuse(`must be true or false ${got}. Choose one.`);
        }
    }
}

/** `extra` is for unknown keys. A known key belongs in `table`, where it is checked. */
function checkExtra(extra: unknown, spec: TableSpec, place: Place, table?: unknown): void {
    if (extra === undefined || isKnownLater(extra)) return;
    if (!isKnownTable(extra)) {
        const remedy = `Put keys that are newer than gitlab-runner ${runnerVersion()} under it.`;
        place.refuse(`must be a table (got ${show(extra)}). ${remedy}`);
        return;
    }
    const beside = isKnownTable(table) ? table : {};
    for (const [key, value] of Object.entries(extra)) {
        const keySpec = spec.get(key);
        const known = keySpec === undefined ? undefined : specBeside(keySpec, beside);
        checkExtraKey(key, value, known, place.at(key), beside[key]);
    }
}

function checkExtraKey(key: string, value: unknown, spec: KeySpec | undefined, place: Place, table: unknown): void {
    const runner = `gitlab-runner ${runnerVersion()}`;
    if (spec === undefined) {
        const wrong = whyNotToml(value);
        if (wrong !== undefined) place.refuse(`${wrong[0]} (got ${show(value)}). ${wrong[1]}`);
    } else if (key === "feature_flags" && isKnownTable(value)) {
        const known = Object.keys(value).find((flag) => Object.hasOwn(featureFlags(), flag));
        if (known !== undefined)
            place.at(known).refuse(`is a flag ${runner} has (got ${show(value[known])}). Move it out of extra.`);
    } else if (spec.table !== undefined && spec.shape === "one") {
        checkExtra(value, tableSpec(spec.table), place, table);
    } else if (spec.table !== undefined && Array.isArray(value)) {
        for (const [index, item] of value.entries()) checkExtra(item, tableSpec(spec.table), place.at(index));
    } else {
        place.refuse(`is a key ${runner} has (got ${show(value, spec.secret)}). Move it out of extra.`);
    }
}

function checkNames(workers: readonly UncheckedWorker[], places: readonly Place[]): void {
    const earlier = firstPlaces();
    for (const [index, { name, config }] of workers.entries()) {
        const given = isKnownTable(config) ? config.name : undefined;
        const used = typeof given === "string" ? given : name;
        const other = earlier(used, places[index]!.path);
        if (other === undefined) continue;
        const remedy = "Give each worker of a manager its own name.";
        places[index]!.at("name").refuse(`is taken by ${other} already (got ${show(used)}). ${remedy}`);
    }
}

/** Returns what is wrong with a list of codes of warnings to silence. */
export function findSilenceProblems(silence: readonly string[] = [], path: string): Problem[] {
    const known = [...WARNING_CODES, ...PLACEMENT_CODES];
    return silence.flatMap((code, index) => {
        const meant = didYouMean(code, known) || ` There are ${known.join(", ")}.`;
        return known.includes(code)
            ? []
            : [error(memberOf(path, index), `is not a warning (got ${show(code)}).${meant}`)];
    });
}
