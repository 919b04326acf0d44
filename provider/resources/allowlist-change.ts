import type { Allowlist } from "../gitlab/allowlist-reads";
import type { AllowlistKind } from "../gitlab/allowlists";
import { locate } from "../gitlab/namespaces";
import type { Call } from "../handler";

/** Entries of a list by id. */
export type EntryIds = Record<AllowlistKind, number[]>;

/** Most entries that a message names. */
const NAMED = 10;

/** What stands in one list and not in another. */
export function entriesWithout(entries: EntryIds, others: EntryIds): EntryIds {
    const without = (kind: AllowlistKind) => entries[kind].filter((id) => !others[kind].includes(id));
    return { projects: without("projects"), groups: without("groups") };
}

/** Tells a preview whose jobs get in and whose no longer, by path: the state has ids alone. */
export async function tellChange(call: Call, before: EntryIds, after: EntryIds): Promise<void> {
    const [added, removed] = [entriesWithout(after, before), entriesWithout(before, after)];
    const said = [
        ...(countOf(added) > 0 ? [`Adds ${await namesOf(call, added)}.`] : []),
        ...(countOf(removed) > 0 ? [`Takes off ${await namesOf(call, removed)}: their jobs no longer get in.`] : []),
    ];
    if (said.length > 0) call.log.info(said.join(" "));
}

/** Tells a preview who loses access when a list that people made by hand is declared for the first time. */
export async function tellTakeover(call: Call, before: Allowlist, after: EntryIds, enabled: boolean): Promise<void> {
    if (!before.enabled) {
        if (enabled)
            call.log.warn("The list is off now, so every project's jobs get in. After up only those declared do.");
        return;
    }
    const removed = entriesWithout(before, after);
    if (!enabled || countOf(removed) === 0) return;
    call.log.warn(
        `${await namesOf(call, removed)} can get in now and ${countOf(removed) === 1 ? "is" : "are"} not declared. ` +
            "After up their jobs no longer do. Declare them, or set mode to additive, which leaves them on the list.",
    );
}

function countOf({ projects, groups }: EntryIds): number {
    return projects.length + groups.length;
}

/** `apps/etl, group data and 3 more`. */
async function namesOf({ gitlab }: Call, { projects, groups }: EntryIds): Promise<string> {
    const entries = [
        ...projects.map((id) => ({ kind: "project" as const, id })),
        ...groups.map((id) => ({ kind: "group" as const, id })),
    ];
    const names = await Promise.all(
        entries.slice(0, NAMED).map(async ({ kind, id }) => {
            const found = await locate(gitlab, kind, id);
            if (found === undefined) return `${kind} ${id}`;
            return kind === "project" ? found.path : `group ${found.path}`;
        }),
    );
    const more = entries.length - names.length;
    return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
