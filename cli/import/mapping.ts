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
    /** The GitLab that the user's token is for, where the worker's is another one: it was not asked about the runner. */
    asked?: string;
}

export interface LeftOut {
    /** The manager whose worker it is, where several hosts are brought in. */
    manager?: string;
    number: number;
    name: string;
    code: string;
    reason: string;
}

export interface Imported {
    /** The keys of a stack's configuration, without `config:`. In the place of each secret stands a word that previews refuse. */
    config: Record<string, unknown>;
    leftOut: LeftOut[];
    /** Where secrets are to be set, and what each value begins with, where it has a name in it: `DB_PASSWORD=`. */
    secrets: { path: string; begins?: string }[];
    /** Things to know about what was taken over. */
    remarks: string[];
}

/** A host's file with what was found out about its workers, and how its manager is to be declared. */
export interface ImportedHost {
    source: ParsedConfig;
    workers: readonly ImportedWorker[];
    manager: string;
    placement: Placement;
    /** Content of `.runner_system_id`, which the running process goes on with. */
    systemId?: string;
}

/** What hosts so far have brought into the stack. */
interface Taken {
    /** Names of runners by the ids that they adopt. */
    adopted: Map<number, string>;
    /** The workers that runners were made of, by the runners' names. */
    workers: Map<string, ImportedWorker["worker"]>;
    /** Address of the first worker's GitLab, in its normal form; workers of another say so. */
    url?: string;
    runners: [string, unknown][];
    managers: [string, unknown][];
}

/**
 * The stack config for what really works on hosts; the rest with reasons. Of several hosts it is said whose a worker is, because each has
 * a first one.
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
    // Defines each name, also one such as `__proto__`.
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

/** Adds what works on a host to what was taken before; says what is left out, and what is to be known. */
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
        // One with a login in it is another text of the same address: a proxy may ask for it.
        const isUsual = attempt(() => new URL(`${own}/api/v4/`).href) === taken.url;
        const config = isUsual ? table.kept : { ...table.kept, ...withoutSecrets({ url: own }, "WorkerTable") };
        taken.runners.push([name, toRunner(worker, name, config, logNames)]);
        remarks.push(...remarksOnTokens(worker.number, worker.known!));
        logNames.add(worker.worker.name).add(name);
    }
    for (const [owner, runners] of groupBy(proven, (runner) => runner.owner))
        if (owner !== undefined) remarks.push(ofAnotherStack(owner, runners));
    // Without workers there is no manager, and so no place for what the top of the file says.
    if (served.length > 0) {
        const global = toTable(source.global, "GlobalTable");
        remarks.push(...global.remarks.map((remark) => `The top of the file: ${remark}`));
        // gitlab-runner takes 1 when it is missing; here it must be said.
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

/** A table of the file as it may stand in a stack's configuration, and what is to be said of it. */
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

/** The runner that a worker of another host serves as well, with the same table: a file that was copied from host to host. */
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

/** What keeps a worker from jobs although GitLab takes its token. */
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

/** Whose the token is decides what is adopted, and not the id beside it: that may be what was left of another runner. */
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

// What GitLab has by default is left out, so that the result reads like what a person would write.
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
        // gitlab-runner's log would not tell two workers of one name apart.
        config: { ...(isFree ? { name: worker.name } : {}), ...config },
    };
}

/** A name that says whose a worker is, where another host has one of that name. */
function nameFor(
    wanted: string,
    manager: string,
    here: ReadonlySet<string>,
    elsewhere: ReadonlyMap<string, unknown>,
): string {
    const base = isOpen(wanted) ? oneLine(wanted).trim() : "runner";
    return freeName(elsewhere.has(base) ? `${manager}-${base}` : base, new Set([...here, ...elsewhere.keys()]));
}

/** A name that is not taken: the wanted one, or it with a number. */
function freeName(base: string, taken: ReadonlySet<string>): string {
    for (let count = 1; ; count++) {
        const name = count === 1 ? base : `${base}-${count}`;
        if (!taken.has(name)) return name;
    }
}
