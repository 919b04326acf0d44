import { firstOf } from "../../../core/values";
import type { Allowlist } from "../../../gitlab/allowlist-reads";
import { unlessUntold } from "../../../gitlab/errors";
import { locate } from "../../../gitlab/namespaces";
import type { Call } from "../../handler";
import { countOf, type EntryIds, entriesWithout } from "./entries";

/** Most entries that a message names. */
const NAMED = 10;

/** Tells a preview whose jobs get in and whose no longer, by path: the state has ids alone. `after` is the list that `up` makes. */
export async function tellChange(call: Call, added: EntryIds, removed: EntryIds, after: EntryIds): Promise<void> {
    const said = [
        ...(countOf(added) > 0 ? [`Adds ${await namesOf(call, added)}.`] : []),
        ...(await takesOff(call, removed, after)),
    ];
    if (said.length > 0) call.log.info(said.join(" "));
}

/** Says what it means that entries go, where `after` stays. */
export async function tellGoing(call: Call, going: EntryIds, after: EntryIds): Promise<void> {
    if (countOf(going) > 0) call.log.info((await takesOff(call, going, after)).join(" "));
}

async function takesOff(call: Call, removed: EntryIds, after: EntryIds): Promise<string[]> {
    const { lost, kept } = await splitByGroups(call, removed, after);
    return [
        ...(countOf(lost) > 0 ? [`Takes off ${await namesOf(call, lost)}: their jobs no longer get in.`] : []),
        ...(countOf(kept) > 0
            ? [`Takes off ${await namesOf(call, kept)}: their jobs still get in, by a group above.`]
            : []),
    ];
}

/** Who loses access with an entry, and who is below a group that is on the list all the same. */
async function splitByGroups(
    { gitlab }: Pick<Call, "gitlab">,
    removed: EntryIds,
    { groups }: EntryIds,
): Promise<{ lost: EntryIds; kept: EntryIds }> {
    const none: EntryIds = { projects: [], groups: [] };
    if (groups.length === 0 || countOf(removed) === 0) return { lost: removed, kept: none };
    const pathsOf = (kind: "project" | "group", ids: readonly number[]) =>
        Promise.all(ids.map(async (id) => (await locate(gitlab, kind, id))?.path.toLowerCase()));
    const [above, projects, subgroups] = await Promise.all([
        pathsOf("group", groups),
        pathsOf("project", removed.projects),
        pathsOf("group", removed.groups),
    ]);
    const isBelow = (path: string | undefined) =>
        path !== undefined && above.some((group) => group !== undefined && path.startsWith(`${group}/`));
    const kept = {
        projects: removed.projects.filter((_, at) => isBelow(projects[at])),
        groups: removed.groups.filter((_, at) => isBelow(subgroups[at])),
    };
    return { lost: entriesWithout(removed, kept), kept };
}

const SOMEBODY_ELSE =
    "Somebody else keeps this list: people by hand, another stack, or this one under another name. One list belongs into one stack.";

/**
 * Tells a preview what becomes of a list that is declared for the first time: who loses access, and that somebody else seems to keep it,
 * which shows in entries that are not declared, or in a list that is as declared already.
 */
export async function tellTakeover(call: Call, before: Allowlist, after: EntryIds, enabled: boolean): Promise<void> {
    const removed = entriesWithout(before, after);
    const isAsDeclared = countOf(removed) + countOf(entriesWithout(after, before)) === 0;
    if (isAsDeclared && before.enabled === enabled && countOf(before) > 0) {
        call.log.warn(
            `The list is as declared already, with ${await namesOf(call, before)}. ${SOMEBODY_ELSE} ` +
                "What it has now stays on it when this stack is destroyed.",
        );
        return;
    }
    if (!before.enabled) {
        if (enabled)
            call.log.warn("The list is off now, so every project's jobs get in. After up only those declared do.");
        return;
    }
    if (!enabled || countOf(removed) === 0) return;
    const { lost, kept } = await splitByGroups(call, removed, after);
    const said: string[] = [];
    for (const [some, so] of [
        [lost, "no longer do"],
        [kept, "still do, by a group above"],
    ] as const) {
        if (countOf(some) === 0) continue;
        const are = countOf(some) === 1 ? "is" : "are";
        said.push(`${await namesOf(call, some)} can get in now and ${are} not declared. After up their jobs ${so}.`);
    }
    said.push("Declare them, or set mode to additive, which leaves them on the list.", SOMEBODY_ELSE);
    call.log.warn(said.join(" "));
}

/** Says what people took off a list in GitLab that is still declared. */
export async function tellTakenOff(call: Call, entries: EntryIds): Promise<void> {
    if (countOf(entries) === 0) return;
    const [was, it] = countOf(entries) === 1 ? ["was", "it"] : ["were", "them"];
    call.log.info(`${await namesOf(call, entries)} ${was} taken off the list in GitLab; up puts ${it} back.`);
}

/** Warns of what people added to a list in GitLab that is declared as a whole, as `after`. */
export async function tellAdded(call: Call, entries: EntryIds, after: EntryIds): Promise<void> {
    const { lost, kept } = await splitByGroups(call, entries, after);
    for (const [some, so] of [
        [lost, "no longer get in"],
        [kept, "still get in, by a group above"],
    ] as const) {
        if (countOf(some) === 0) continue;
        const [was, it, its] = countOf(some) === 1 ? ["was", "it", "its"] : ["were", "them", "their"];
        call.log.warn(
            `${await namesOf(call, some)} ${was} added in GitLab; up takes ${it} off: ${its} jobs ${so}. Declare ${it} to keep ${it}.`,
        );
    }
}

/** What is open where nobody can look, as far as a state knows. */
export async function stillLetsIn(call: Call, entries: EntryIds): Promise<string> {
    return `As far as this stack knows, its job-token allowlist still lets in ${await namesOf(call, entries)}.`;
}

/** Says that entries stay which are not the stack's to take away. */
export async function tellStaying(call: Call, entries: EntryIds): Promise<void> {
    if (countOf(entries) === 0) return;
    call.log.info(`${await namesOf(call, entries)}: on the list before this stack declared it, left there.`);
}

/** `apps/etl, group data and 3 more`. */
export async function namesOf({ gitlab }: Pick<Call, "gitlab">, { projects, groups }: EntryIds): Promise<string> {
    const entries = [
        ...projects.map((id) => ({ kind: "project" as const, id })),
        ...groups.map((id) => ({ kind: "group" as const, id })),
    ];
    const names = await Promise.all(
        entries.slice(0, NAMED).map(async ({ kind, id }) => {
            // What only a message needs stops nothing.
            const found = await locate(gitlab, kind, id).catch(unlessUntold);
            if (found === undefined) return `${kind} ${id}`;
            return kind === "project" ? found.path : `group ${found.path}`;
        }),
    );
    return firstOf(names, NAMED, entries.length);
}
