import { isDeepStrictEqual } from "node:util";
import { unsetIn } from "../../components/fleet/config/unset";
import type { Placement } from "../../components/manager/placements";
import { attempt } from "../../core/attempt";
import type { ParsedConfig } from "../../core/config-toml";
import { runnerVersion } from "../../core/config-toml/key-table";
import type { Finding } from "../../core/diagnosis/facts";
import { groupBy } from "../../core/groups";
import { oneLine } from "../../core/one-line";
import { addressOf, toApiUrl } from "../../core/runner-url";
import { looksLikeToken } from "../../core/values";
import type { DiagnosedWorker } from "../doctor/present";
import { ranges } from "../ranges";
import type { KnownRunner } from "./known-runner";
import { tidy } from "./leftovers";
import { isOpen, remarksOnTokens } from "./open-texts";
import { withoutSecrets } from "./secrets";

export interface ImportedWorker extends DiagnosedWorker {
    known?: KnownRunner;
    /** The GitLab of the user's token, if it is not the worker's: then the worker's GitLab was not asked. */
    asked?: string;
}

export interface LeftOut {
    /** The worker's manager, if there are several hosts. */
    manager?: string;
    number: number;
    name: string;
    code: string;
    reason: string;
}

export interface Imported {
    /** The keys of a stack's configuration, without `config:`. Placeholders that previews refuse replace secrets. */
    config: Record<string, unknown>;
    leftOut: LeftOut[];
    /** Paths of the secrets to set, and the beginning of a value if it has a name in it: `DB_PASSWORD=`. */
    secrets: { path: string; begins?: string }[];
    /** Remarks about what was imported. */
    remarks: string[];
}

/** A host's file, what was found out about its workers, and how its manager will be declared. */
export interface ImportedHost {
    source: ParsedConfig;
    workers: readonly ImportedWorker[];
    manager: string;
    placement: Placement;
    /** Content of `.runner_system_id`, which the running process keeps. */
    systemId?: string;
}

/** What earlier hosts have added to the stack. */
interface Taken {
    /** Names of runners by the ids that they adopt. */
    adopted: Map<number, string>;
    /** The workers that runners came from, by the runners' names. */
    workers: Map<string, ImportedWorker["worker"]>;
    /** Normalised address of the first worker's GitLab; workers of another GitLab set their own. */
    url?: string;
    runners: [string, unknown][];
    managers: [string, unknown][];
}

/**
 * The stack config for the workers that really work, and the rest with reasons. With several hosts, a worker is named
 * with its host, because each host has a worker 1.
 */
export function toStackConfig(hosts: readonly ImportedHost[], several = hosts.length > 1): Imported {
    const taken: Taken = { adopted: new Map(), workers: new Map(), runners: [], managers: [] };
    const names = new Set<string>();
    const all = hosts.map((host) => {
        const manager = freeName(host.manager, names);
        names.add(manager);
        const { leftOut, remarks } = addHost({ ...host, manager }, taken);
        return several
            ? {
                  leftOut: leftOut.map((one) => ({ ...one, manager })),
                  remarks: remarks.map((remark) => `${manager}: ${remark}`),
              }
            : { leftOut, remarks };
    });
    // Object.fromEntries defines every name, even `__proto__`.
    const config = {
        "gitlab:baseUrl": taken.url,
        "gitlab-fleet:runners": Object.fromEntries(taken.runners),
        "gitlab-fleet:managers": Object.fromEntries(taken.managers),
    };
    return {
        config: taken.managers.length === 0 ? {} : config,
        leftOut: all.flatMap(({ leftOut }) => leftOut),
        secrets: unsetIn(config, "").map(({ path, begins }) => ({ path, ...(begins !== "" && { begins }) })),
        remarks: all.flatMap(({ remarks }) => remarks),
    };
}

/** Adds a host's working workers to what was imported before; returns what was left out, and remarks. */
function addHost({ source, workers, manager, placement, systemId }: ImportedHost, taken: Taken) {
    const leftOut: LeftOut[] = [];
    const remarks =
        workers.length === 0 ? ["The file has no [[runners]] tables, so there is nothing to bring in."] : [];
    const elsewhere = new Map(taken.workers);
    const served: string[] = [];
    const logNames = new Set<string>();
    const proven: KnownRunner[] = [];
    for (const worker of workers) {
        const shared = sharedWith(worker, taken.adopted, elsewhere);
        if (shared !== undefined) {
            served.push(shared);
            logNames.add(worker.worker.name);
            continue;
        }
        const why = whyNot(worker, taken.adopted);
        if (why !== undefined) {
            leftOut.push({ number: worker.number, name: worker.worker.name, ...why });
            continue;
        }
        const name = nameFor(worker.worker.name, manager, logNames, elsewhere);
        taken.workers.set(name, worker.worker);
        served.push(name);
        if (worker.facts.unprovenId === undefined) {
            taken.adopted.set(worker.known!.id, name);
            proven.push(worker.known!);
        }
        remarks.push(...remarksOnId(worker));
        const table = toTable(worker.worker.config, "WorkerTable");
        remarks.push(...table.remarks.map((remark) => `Worker ${worker.number} "${worker.worker.name}": ${remark}`));
        const own = addressOf(worker.worker.url);
        taken.url ??= toApiUrl(own);
        // With credentials in it, the same address is another text, which a proxy may need.
        const isUsual = attempt(() => new URL(`${own}/api/v4/`).href) === taken.url;
        const config = isUsual ? table.kept : { ...table.kept, ...withoutSecrets({ url: own }, "WorkerTable") };
        taken.runners.push([name, toRunner(worker, name, config, logNames)]);
        remarks.push(...remarksOnTokens(worker.number, worker.known!));
        logNames.add(worker.worker.name).add(name);
    }
    for (const [owner, runners] of groupBy(proven, (runner) => runner.owner))
        if (owner !== undefined) remarks.push(ofAnotherStack(owner, runners));
    // Without workers there is no manager, and no place for the top of the file.
    if (served.length > 0) {
        const global = toTable(source.global, "GlobalTable");
        remarks.push(...global.remarks.map((remark) => `The top of the file: ${remark}`));
        // gitlab-runner's default is 1; here the key is required.
        const config = { concurrent: 1, ...global.kept };
        taken.managers.push([manager, { placement, ...(systemId && { systemId }), runners: served, config }]);
    }
    return { leftOut, remarks };
}

function ofAnotherStack(owner: string, runners: readonly KnownRunner[]): string {
    const ids = runners.map(({ id }) => id).sort((a, b) => a - b);
    const [what, is, it, its, stays] =
        ids.length === 1
            ? ["Runner", "is", "it", "a new token", "it stays"]
            : ["Runners", "are", "them", "new tokens", "they stay"];
    return (
        `${what} ${ranges(ids)} ${is} declared by ${owner} already. Adopting ${it} here takes ${it} over, with ${its}; ` +
        `remove ${it} there after the up here, and ${stays} in GitLab (docs/moves.md).`
    );
}

/** A table of the file in the form of stack configuration, and remarks about it. */
function toTable(table: object, kind: "GlobalTable" | "WorkerTable") {
    const { table: tidied, dropped, unread, unknown, asTexts } = tidy(table as Record<string, unknown>, kind);
    const of = (paths: string[], text: (list: string) => string) =>
        paths.length === 0 ? [] : [text(paths.join(", "))];
    const remarks = [
        ...of(dropped, (list) => `empty, and the same as nothing to gitlab-runner, so left out: ${list}.`),
        ...of(unread, (list) => `never read by its executor, so left out: ${list}.`),
        ...of(
            unknown,
            (list) => `gitlab-runner ${runnerVersion()} knows no ${list}; kept below extra, as in the file.`,
        ),
        ...of(
            asTexts,
            (list) =>
                `a date, inf or nan in the file, and a text here, because a stack's configuration has none of them: ${list}. ` +
                "A program of your own can say it as it was.",
        ),
    ];
    return { kept: withoutSecrets(tidied, kind), remarks };
}

/** The name of another host's runner that has the same table: the file was copied from host to host. */
function sharedWith(
    { known, facts, findings, worker }: ImportedWorker,
    taken: ReadonlyMap<number, string>,
    elsewhere: Taken["workers"],
): string | undefined {
    if (known === undefined || facts.unprovenId !== undefined || facts.sameTokenAs !== undefined) return undefined;
    if (findings.some(isDeadly)) return undefined;
    const name = taken.get(known.id);
    const other = name === undefined ? undefined : elsewhere.get(name);
    return other !== undefined && isDeepStrictEqual(other.config, worker.config) ? name : undefined;
}

/** Problems that keep a worker from getting jobs although GitLab accepts its token. */
const LIVING: readonly string[] = ["paused", "not-heard", "tags-unwanted", "disabled"];

function isDeadly({ code, severity }: Finding): boolean {
    return severity === "error" && !LIVING.includes(code);
}

function whyNot(
    worker: ImportedWorker,
    taken: ReadonlyMap<number, string>,
): { code: string; reason: string } | undefined {
    const dead = worker.findings.find(isDeadly);
    if (dead !== undefined) return { code: dead.code, reason: dead.says };
    const { sameTokenAs } = worker.facts;
    if (sameTokenAs !== undefined)
        return { code: "duplicate-worker", reason: `It has the same token as worker ${sameTokenAs}.` };
    if (worker.known === undefined) {
        const reason =
            worker.asked === undefined
                ? "GitLab takes its token, but the user of GITLAB_TOKEN may not see its runner, so it cannot be adopted."
                : `Its GitLab is ${worker.worker.url}, and the user's token is for ${worker.asked}. Name it where the token is its own: --gitlab ${worker.worker.url}.`;
        return { code: "runner-hidden", reason };
    }
    const name = worker.facts.unprovenId === undefined ? taken.get(worker.known.id) : undefined;
    return name === undefined
        ? undefined
        : { code: "duplicate-worker", reason: `It serves runner ${worker.known.id}, as ${name} does.` };
}

/** The token's owner is adopted, not the id next to it: that may be a leftover of another runner. */
function remarksOnId({ number, worker, known, facts: { wrongId, unprovenId } }: ImportedWorker): string[] {
    const which = `Worker ${number} "${worker.name}"`;
    if (wrongId !== undefined) {
        return [
            `${which}: the file says id = ${wrongId}, but its token is that of runner ${known!.id}, which is adopted.`,
        ];
    }
    if (unprovenId === undefined) return [];
    return [
        `${which}: the file says id = ${unprovenId}, but whether its token is that of runner ${unprovenId} cannot be told, so it is not adopted: ` +
            `up makes a new runner with the settings of runner ${unprovenId}. Check them. If it is that runner, add adopt: { id: ${unprovenId} }.`,
    ];
}

// GitLab's defaults are left out, so that the result looks hand-written.
function toRunner(
    { known, worker, facts }: ImportedWorker,
    name: string,
    config: Record<string, unknown>,
    logNames: ReadonlySet<string>,
): Record<string, unknown> {
    const { id, scope, description, tags, runUntagged, accessLevel, locked, paused, maximumTimeout, note } = known!;
    const isFree = isOpen(worker.name) && worker.name !== name && !logNames.has(worker.name);
    const openTags = tags.filter((tag) => !looksLikeToken(tag));
    return {
        scope,
        ...(facts.unprovenId === undefined ? { adopt: { id } } : {}),
        ...(!isOpen(description) || description === name ? {} : { description }),
        ...(openTags.length === 0 ? {} : { tags: openTags }),
        ...(runUntagged ? {} : { runUntagged }),
        ...(accessLevel === "not_protected" ? {} : { accessLevel }),
        ...(locked ? { locked } : {}),
        ...(paused ? { paused } : {}),
        ...(maximumTimeout ? { maximumTimeout } : {}),
        ...(isOpen(note) ? { note } : {}),
        // gitlab-runner's log could not tell two workers of one name apart.
        config: { ...(isFree ? { name: worker.name } : {}), ...config },
    };
}

/** A name for the runner, with its manager's name if another host has a runner of that name. */
function nameFor(
    wanted: string,
    manager: string,
    here: ReadonlySet<string>,
    elsewhere: ReadonlyMap<string, unknown>,
): string {
    const base = isOpen(wanted) ? oneLine(wanted).trim() : "runner";
    return freeName(elsewhere.has(base) ? `${manager}-${base}` : base, new Set([...here, ...elsewhere.keys()]));
}

/** A free name: the wanted one, or that with a number. */
function freeName(base: string, taken: ReadonlySet<string>): string {
    for (let count = 1; ; count++) {
        const name = count === 1 ? base : `${base}-${count}`;
        if (!taken.has(name)) return name;
    }
}
