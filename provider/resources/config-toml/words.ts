import { HIDDEN } from "../../../core/config-toml/secret-leaves";
import { oneLine } from "../../../core/one-line";
import { isUnknown, mapIn, type Props, sameValue, UNKNOWN, type Value } from "../../../core/props";
import { isMap, memberOf } from "../../../core/values";
import { missingIn } from "../../list-changes";
import type { Difference } from "./change";

/** Maximum number of parts in one message. */
const MOST = 12;
/** Longest text that is shown in full. */
const LONGEST = 60;
/** Keys that GitLab issues together with a token. */
const WITH_TOKEN = new Set(["id", "token_obtained_at", "token_expires_at"]);

/** Joins parts of a message; of too many, only the first. */
export function joinParts(parts: readonly string[], between = "; "): string {
    const more = parts.length > MOST ? [`and ${parts.length - MOST} more`] : [];
    return [...parts.slice(0, MOST), ...more].join(between);
}

/** A manager's `config.toml` in one line: `2 workers: ci (docker, alpine:3.20), sh (shell); concurrent 4`. */
export function summaryOf(settings: Value | undefined): string | undefined {
    const workers = workersOf(settings);
    if (workers === undefined) return undefined;
    const tables = Object.entries(workers).map(([name, table]) => `${oneLine(name, 200)} (${whatRuns(table)})`);
    const count = tables.length === 1 ? "one worker" : `${tables.length} workers`;
    const { concurrent } = mapIn(mapIn(settings).global);
    const parts = [tables.length === 0 ? "no workers" : `${count}: ${joinParts(tables, ", ")}`];
    if (concurrent !== undefined && !isUnknown(concurrent)) parts.push(`concurrent ${show(concurrent)}`);
    return parts.join("; ");
}

/** Added workers, with what they run, and removed ones. */
export function sayWorkers(known: Value | undefined, wanted: Value | undefined): string[] {
    const { come, gone } = comeAndGone(known, wanted);
    const [name, former] = [come[0]!, gone[0]!];
    if (come.length === 1 && gone.length === 1 && sameValue(workersOf(known)![former], workersOf(wanted)![name])) {
        return [`worker ${oneLine(former, 200)} is called ${oneLine(name, 200)} now`];
    }
    return [
        ...come.map((name) => `new worker ${oneLine(name, 200)} (${whatRuns(workersOf(wanted)![name])})`),
        ...gone.map((name) => `worker ${oneLine(name, 200)} goes`),
    ];
}

/** Differences in the global keys, then worker by worker: `concurrent 4 → 8`, `docker-small: limit 4 → 6`. */
export function sayDifferences(differences: readonly Difference[]): string[] {
    const byWorker = new Map<string | undefined, string[]>();
    const renewed = new Set(differences.flatMap(({ steps }) => (steps[2] === "token" ? [steps[1]] : [])));
    for (const difference of differences) {
        const [part, name, ...path] = difference.steps;
        const worker = part === "workers" ? String(name) : undefined;
        if (worker !== undefined && renewed.has(worker) && WITH_TOKEN.has(String(path[0]))) continue;
        const where = (worker === undefined ? [name!, ...path] : path).reduce<string>(
            (outer, step) => memberOf(outer, step),
            "",
        );
        const said = byWorker.get(worker) ?? [];
        said.push(say(where, difference));
        byWorker.set(worker, said);
    }
    return [...byWorker]
        .sort(([a], [b]) => Number(a !== undefined) - Number(b !== undefined))
        .flatMap(([worker, said]) => (worker === undefined ? said : [`${oneLine(worker, 200)}: ${said.join(", ")}`]));
}

function say(where: string, { old, next, hidden }: Difference): string {
    if (where === "") return "the whole table";
    if (hidden) return where === "token" ? "a new token" : `${where} ${HIDDEN} → ${HIDDEN}`;
    if (Array.isArray(old) && Array.isArray(next)) {
        const [come, gone] = [missingIn(next, old), missingIn(old, next)];
        if (come.length + gone.length === 0) return `${where} in another order`;
        return [where, ...come.map((item) => `+ ${show(item)}`), ...gone.map((item) => `− ${show(item)}`)].join(" ");
    }
    if (old === undefined) return `${where} ${show(next)} (new)`;
    return next === undefined ? `${where} ${show(old)} → none` : `${where} ${show(old)} → ${show(next)}`;
}

function whatRuns(table: Value | undefined): string {
    const sections: Props = mapIn(table);
    const images = [mapIn(sections.docker), mapIn(sections.kubernetes)].filter(({ image }) => image !== undefined);
    return [show(sections.executor ?? UNKNOWN), ...images.map((section) => show(section.image))].join(", ");
}

/** Scripts and other long texts are mentioned, but not written out. */
function show(value: Value | undefined): string {
    if (isUnknown(value)) return "known after up";
    if (Array.isArray(value)) return `[${joinParts(value.map(show), ", ")}]`;
    if (typeof value !== "string") return value === undefined ? "none" : JSON.stringify(value);
    if (value === "") return '""';
    const [line] = value.split(/\r?\n/, 1);
    return line!.length > LONGEST || line !== value ? `${line!.slice(0, LONGEST)}…` : value;
}

/** Names of added and removed workers. */
export function comeAndGone(known: Value | undefined, wanted: Value | undefined): { come: string[]; gone: string[] } {
    const old = workersOf(known);
    const next = workersOf(wanted);
    if (old === undefined || next === undefined) return { come: [], gone: [] };
    return {
        come: Object.keys(next).filter((name) => !Object.hasOwn(old, name)),
        gone: Object.keys(old).filter((name) => !Object.hasOwn(next, name)),
    };
}

function workersOf(settings: Value | undefined): Props | undefined {
    const { workers } = mapIn(settings);
    return isMap(workers) ? workers : undefined;
}
