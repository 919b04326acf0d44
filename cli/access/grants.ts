import { Document, type Pair, Scalar, type YAMLMap, YAMLSeq } from "yaml";
import { oneLine } from "../../core/one-line";
import { coveredBy, pathKey } from "../../core/paths";
import { type Producer, wayIn } from "./access";
import type { Need, Unresolved } from "./needs";
import type { AccessReference } from "./references";

/** Everything the stack config is made of. */
export interface GrantInput {
    needs: readonly Need[];
    unresolved: readonly Unresolved[];
    producers: readonly Producer[];
    /** Full paths of the projects that were read; entries for others are not judged. */
    scanned: readonly string[];
}

/**
 * Stack config that lets exactly the scanned consumers in that need it; as YAML, with the reasons in comments. Names of
 * jobs and files are other people's text, so the library writes every value and every comment.
 */
export function toStackConfig({ needs, unresolved, producers, scanned }: GrantInput): string {
    const document = new Document({ config: { "gitlab-fleet:registries": {} } });
    const registries = document.getIn(["config", "gitlab-fleet:registries"]) as YAMLMap;
    let remarks: string[] = [];
    for (const producer of [...producers].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        const here = needs.filter((need) => need.producer === producer.path);
        const granted = here.filter((need) => needsEntry(producer, need));
        for (const { consumer, references } of here.filter((need) => !granted.includes(need))) {
            remarks.push(
                `${producer.path} is ${producer.visibility}: ${consumer} needs no entry (${describe(references)})`,
            );
        }
        if (granted.length === 0) continue;
        const pair = document.createPair(producer.path, toEntry(document, producer, granted, scanned));
        (pair.key as Scalar).commentBefore = toComment(remarks);
        registries.add(pair as Pair);
        remarks = [];
    }
    const open = unresolved.map(
        ({ consumer, reference, reason }) =>
            `not resolved: ${consumer}, ${reference.kind} in ${reference.where}, ${reference.text}: ${reason}`,
    );
    document.comment = toComment([...remarks, ...open]) ?? null;
    return document.toString({ lineWidth: 0 });
}

function toEntry(
    document: Document,
    producer: Producer,
    granted: readonly Need[],
    scanned: readonly string[],
): YAMLMap {
    const others = othersOn(producer, scanned);
    const entry = document.createNode({
        ...(others.length > 0 ? { mode: "additive" } : {}),
        consumers: { projects: [] },
    }) as YAMLMap;
    const remarks: string[] = [];
    if (others.length > 0) {
        remarks.push(`additive, because others are on the list that were not scanned: ${others.join(", ")}`);
    }
    if (producer.list?.enabled === false) {
        remarks.push("its list is off, so every project's jobs get in now; with this, only these will");
        const visitors = notIn(scanned, Object.keys(producer.list.lastUsed ?? {}));
        if (visitors.length > 0) remarks.push(`got in before and was not scanned: ${visitors.join(", ")}`);
    }
    (entry.items[0]!.key as Scalar).commentBefore = toComment(remarks);
    const projects = new YAMLSeq();
    for (const { consumer, references } of granted) {
        const project = new Scalar(consumer);
        project.comment = toComment([describe(references)]);
        projects.add(project);
    }
    entry.setIn(["consumers", "projects"], projects);
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

/** Entries that the scan cannot judge: projects that were not read, and groups with nobody who was. */
function othersOn({ list }: Producer, scanned: readonly string[]): string[] {
    return [
        ...notIn(scanned, list?.projects ?? []),
        ...(list?.groups ?? []).filter((group) => !scanned.some(coveredBy([group]))),
    ];
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
