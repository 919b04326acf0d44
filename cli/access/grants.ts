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

/** Stack config that lets exactly the scanned consumers in that need it; as YAML, with the reasons in comments. */
export function toStackConfig({ needs, unresolved, producers, scanned }: GrantInput): string {
    const lines: string[] = [];
    for (const producer of [...producers].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        const here = needs.filter((need) => need.producer === producer.path);
        const granted = here.filter((need) => needsEntry(producer, need));
        for (const { consumer, references } of here.filter((need) => !granted.includes(need))) {
            lines.push(
                `    # ${producer.path} is ${producer.visibility}: ${consumer} needs no entry (${describe(references)})`,
            );
        }
        if (granted.length === 0) continue;
        lines.push(`    ${quote(producer.path)}:`);
        const others = othersOn(producer, scanned);
        if (others.length > 0) {
            lines.push(`      # additive, because others are on the list that were not scanned: ${others.join(", ")}`);
            lines.push("      mode: additive");
        }
        if (producer.list?.enabled === false) {
            lines.push("      # its list is off, so every project's jobs get in now; with this, only these will");
            const visitors = notIn(scanned, Object.keys(producer.list.lastUsed ?? {}));
            if (visitors.length > 0) lines.push(`      # got in before and was not scanned: ${visitors.join(", ")}`);
        }
        lines.push("      consumers:", "        projects:");
        for (const { consumer, references } of granted)
            lines.push(`          - ${quote(consumer)} # ${describe(references)}`);
    }
    const head =
        lines.length === 0 ? ["config:", "  gitlab-fleet:registries: {}"] : ["config:", "  gitlab-fleet:registries:"];
    const open = unresolved.map(
        ({ consumer, reference, reason }) =>
            `# not resolved: ${consumer}, ${reference.kind} in ${reference.where}, ${reference.text}: ${reason}`,
    );
    return `${[...head, ...lines, ...open].map((line) => line.trimEnd()).join("\n")}\n`;
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

function quote(path: string): string {
    return /^[A-Za-z_][\w./-]*$/.test(path) ? path : JSON.stringify(path);
}
