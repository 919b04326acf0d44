import { userNoteOf } from "../../core/marker";
import { isMap } from "../../core/values";
import { quoted, type Step } from "./preview";

/** Properties of GitLab's provider that have another name in a stack's file. */
const NAMES: Readonly<Record<string, string>> = {
    untagged: "runUntagged",
    maintenanceNote: "note",
    groupId: "scope",
    projectId: "scope",
};

/** The first line of a note, which says which stack owns the runner. */
export const MARKER = "marker";

/** What changes in a runner, by the names of the stack's file. Tags are a set: lists which are added and removed. */
export function runnerChanges({ changes, before, inputs }: Step): string[] {
    const isOf = (property: string) => (change: string) => new RegExp(`^${property}\\b`).test(change);
    const tags = tagChanges(before.tagLists, inputs.tagLists);
    const note = noteChange(before.maintenanceNote ?? "", inputs.maintenanceNote ?? "");
    const rest = changes.filter(
        (change) =>
            (tags.length === 0 || !isOf("tagLists")(change)) &&
            (note === undefined || !isOf("maintenanceNote")(change)),
    );
    const renamed = rest.map((change) => change.replace(/^\w+/, (name) => NAMES[name] ?? name));
    return [...tags, ...renamed, ...(note === undefined ? [] : [note])];
}

function tagChanges(before: unknown, after: unknown): string[] {
    const [old, next] = [tagsOf(before), tagsOf(after)];
    if (old === undefined || next === undefined) return [];
    const tell = (word: string, some: string[], others: string[]) => {
        const tags = some.filter((tag) => !others.includes(tag));
        return tags.length === 0 ? [] : [`${word} ${tags.join(", ")}`];
    };
    const parts = [...tell("adds", next, old), ...tell("takes off", old, next)];
    return parts.length === 0 ? [] : [`tags: ${parts.join(", ")}`];
}

/** A list of tags, empty if there are none; undefined if one of them cannot be shown. */
function tagsOf(value: unknown): string[] | undefined {
    if (isMap(value) || typeof value === "string") return undefined;
    const list = Array.isArray(value) ? value : [];
    const shown = list.map((tag) => (typeof tag === "string" ? quoted(tag, "") : undefined));
    return shown.includes(undefined) ? undefined : (shown as string[]);
}

function noteChange(before: unknown, after: unknown): string | undefined {
    if (typeof before !== "string" || typeof after !== "string") return undefined;
    const [old, next] = [before, after].map(userNoteOf);
    if (old === next) return before === after ? undefined : MARKER;
    const [from, to] = [quoted(old!, ""), quoted(next!, "")];
    return from === undefined || to === undefined ? "note" : `note: ${from} → ${to}`;
}
