import { Document, Scalar, type YAMLMap, YAMLSeq } from "yaml";
import { oneLine } from "../../core/one-line";
import { coveredBy, pathKey } from "../../core/paths";
import { ago } from "../ago";
import { safeYaml } from "../yaml";
import { type Producer, wayIn } from "./access";
import type { Need, Needs } from "./needs";
import type { AccessReference } from "./references";

/** Everything the stack config is made of. */
export interface GrantInput extends Needs {
    producers: readonly Producer[];
    /** Full paths of the projects that were read; entries for others are not judged. */
    scanned: readonly string[];
    /** Current time, and for how long a use in GitLab's log counts, in milliseconds. */
    now: number;
    recent: number;
}

/** What one producer's entry is made of. */
interface Entry {
    /** Line of the comment beside it, by full path. */
    projects: Map<string, string>;
    groups: Map<string, string>;
    remarks: string[];
    additive: boolean;
}

/**
 * Stack config that lets exactly those in that need it or were seen to; as YAML, with the reasons in comments. Names of
 * jobs and files are other people's text, so the library writes every value and every comment.
 */
export function toStackConfig(input: GrantInput): string {
    const document = new Document({ config: { "gitlab-fleet:registries": {} } });
    const registries = document.getIn(["config", "gitlab-fleet:registries"]) as YAMLMap;
    const remarks = describeExempt(input.exempt).map((line) => `not needed: ${line}`);
    for (const producer of [...input.producers].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        const here = input.needs.filter((need) => need.producer === producer.path);
        const granted = here.filter((need) => needsEntry(producer, need));
        for (const { consumer, references } of here.filter((need) => !granted.includes(need))) {
            const why = `the project is ${producer.visibility}`;
            remarks.push(`not needed: ${consumer} to ${producer.path} (${describe(references)}): ${why}`);
        }
        if (granted.length > 0) registries.set(producer.path, toNode(document, toEntry(producer, granted, input)));
    }
    remarks.push(...input.unresolved.map(describeOpen).map((line) => `not understood: ${line}`));
    document.comment = toComment([...new Set(remarks)]) ?? null;
    return safeYaml(document, { lineWidth: 0 });
}

/** Who is let in and why; what GitLab has seen counts as much as what was read. */
function toEntry(producer: Producer, granted: readonly Need[], input: GrantInput): Entry {
    const { scanned, now, recent } = input;
    const { list } = producer;
    const projects = new Map(granted.map(({ consumer, references }) => [consumer, describe(references)]));
    const groups = new Map<string, string>();
    const has = (path: string) => [...projects.keys()].some((each) => pathKey(each) === pathKey(path));
    const seen = Object.entries(list?.lastUsed ?? {}).filter(([path, at]) => now - at < recent && !has(path));
    const onList = (path: string) => list!.projects.some((each) => pathKey(each) === pathKey(path));
    for (const [path, at] of seen) {
        if (onList(path) || !list!.enabled) projects.set(path, `its jobs got in ${ago(at, now)}`);
        const group = list!.groups
            .filter((each) => !onList(path) && coveredBy([each])(path))
            .sort()
            .at(-1);
        if (group !== undefined && list!.enabled) groups.set(group, `jobs of ${path} got in ${ago(at, now)}`);
    }
    const left = [
        ...(list?.projects ?? []).filter((path) => !has(path)).map((path) => ["project", path] as const),
        ...(list?.groups ?? []).filter((group) => !groups.has(group)).map((group) => ["group", group] as const),
    ];
    const unread = left.filter(([kind, path]) =>
        kind === "project" ? notIn(scanned, [path]).length > 0 : !scanned.some(coveredBy([path])),
    );
    // Whoever was not understood and gets in today may need it: nobody knows.
    const doubtful = [...new Set(input.unresolved.map(({ consumer }) => consumer))].filter(
        (path) =>
            !has(path) &&
            left.some(([kind, each]) => (kind === "group" ? coveredBy([each])(path) : pathKey(each) === pathKey(path))),
    );
    const remarks: string[] = [];
    if (unread.length > 0) {
        const names = unread.map(([, path]) => path).join(", ");
        remarks.push(`additive, because others are on the list that were not scanned: ${names}`);
    }
    if (doubtful.length > 0) {
        remarks.push(`additive, because it is not understood whether these need their entries: ${doubtful.join(", ")}`);
    }
    if (list === undefined) remarks.push("additive, because the token may not read who is on the list");
    const additive = remarks.length > 0;
    for (const [kind, path] of additive ? [] : left) {
        const used = list!.lastUsed
            ? `last used ${ago(lastUseOf(producer, kind, path), now)}`
            : "GitLab keeps no log here";
        remarks.push(`left out: ${kind} ${path} is on the list and no scanned configuration needs it (${used})`);
    }
    if (list?.enabled === false) {
        remarks.push("its list is off, so every project's jobs get in now; with this, only these will");
        const before = Object.keys(list.lastUsed ?? {}).filter((path) => !has(path));
        if (before.length > 0) remarks.push(`got in before: ${before.join(", ")}`);
    }
    if (producer.registry === "disabled") remarks.push("its container registry is off: nobody pulls images");
    return { projects, groups, remarks, additive };
}

function toNode(document: Document, { projects, groups, remarks, additive }: Entry): YAMLMap {
    const consumers = Object.fromEntries(
        Object.entries({ projects, groups })
            .filter(([, entries]) => entries.size > 0)
            .map(([kind, entries]) => {
                const list = new YAMLSeq();
                for (const [path, why] of entries)
                    list.add(Object.assign(new Scalar(path), { comment: toComment([why]) }));
                return [kind, list];
            }),
    );
    const entry = document.createNode({ ...(additive && { mode: "additive" }), consumers }) as YAMLMap;
    (entry.items[0]!.key as Scalar).commentBefore = toComment(remarks);
    return entry;
}

/** Lines of a comment, each of which stays one: what breaks a line in any version of YAML is gone. */
function toComment(lines: readonly string[]): string | undefined {
    return lines.length === 0 ? undefined : lines.map((line) => ` ${oneLine(line)}`).join("\n");
}
/** A project that everybody sees needs no entry for what it shows. The list being off is no reason: it will be on. */
export function needsEntry(producer: Producer, { consumer, references }: Need): boolean {
    const kinds = references.map(({ kind }) => kind);
    return wayIn({ ...producer, list: undefined }, consumer, kinds) === undefined;
}

/** When a job last got in by an entry, in milliseconds; undefined when never or not known. */
export function lastUseOf({ list }: Producer, kind: "project" | "group", entry: string): number | undefined {
    const times = Object.entries(list?.lastUsed ?? {})
        .filter(([path]) => (kind === "group" ? coveredBy([entry])(path) : pathKey(path) === pathKey(entry)))
        .map(([, time]) => time);
    return times.length === 0 ? undefined : Math.max(...times);
}

function notIn(scanned: readonly string[], paths: readonly string[]): string[] {
    const read = new Set(scanned.map(pathKey));
    return paths.filter((path) => !read.has(pathKey(path)));
}

/** Where references stand: `image in job build, from in Dockerfile:3`. */
export function describe(references: readonly AccessReference[]): string {
    const shown = references.slice(0, 3).map(({ kind, where }) => `${kind} in ${where}`);
    return references.length > 3 ? `${shown.join(", ")} and ${references.length - 3} more` : shown.join(", ");
}

/** One reference that was not understood, where it stands, and what would settle it. */
export function describeOpen({
    consumer,
    reference: { kind, where, text },
    reason,
}: Needs["unresolved"][number]): string {
    return `${consumer}, ${kind} in ${where}${text === "" ? "" : `, ${text}`}: ${reason}`;
}

/** What needs no entry: a line for each consumer, producer and reason. */
export function describeExempt(exempt: Needs["exempt"]): string[] {
    const found = new Map<string, Needs["exempt"]>();
    for (const one of exempt) {
        const key = JSON.stringify([one.consumer, one.producer, one.reason]);
        found.set(key, [...(found.get(key) ?? []), one]);
    }
    return [...found.values()].map((all) => {
        const { consumer, producer, reason } = all[0]!;
        return `${consumer} to ${producer} (${describe(all.map(({ reference }) => reference))}): ${reason}`;
    });
}
