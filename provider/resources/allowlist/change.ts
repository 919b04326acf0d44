import { firstOf } from "../../../core/values";
import type { Allowlist } from "../../../gitlab/allowlist-reads";
import { unlessUntold } from "../../../gitlab/errors";
import { locate } from "../../../gitlab/namespaces";
import type { Call } from "../../handler";
import { countOf, type EntryIds, entriesWithout } from "./entries";

/** Maximum number of entries that a message names. */
const NAMED = 10;

/**
 * Tells a preview whose jobs get or lose access, by path, because the state has only ids. `after` is the list after
 * `up`.
 */
export async function tellChange(call: Call, added: EntryIds, removed: EntryIds, after: EntryIds): Promise<void> {
    const said = [
        ...(countOf(added) > 0 ? [`Adds ${await namesOf(call, added)}.`] : []),
        ...(await takesOff(call, removed, after)),
    ];
    if (said.length > 0) call.log.info(said.join(" "));
}

/** Reports the effect of removing entries, if `after` stays. */
export async function tellGoing(call: Call, going: EntryIds, after: EntryIds): Promise<void> {
    if (countOf(going) > 0) call.log.info((await takesOff(call, going, after)).join(" "));
}

async function takesOff(call: Call, removed: EntryIds, after: EntryIds): Promise<string[]> {
    return sayByGroups(call, removed, after, (names, isKept) => `Takes off ${names}: their jobs ${getIn(isKept)}.`);
}

function getIn(isKept: boolean): string {
    return isKept ? "still get in, by a group above" : "no longer get in";
}

/** Reports removed entries in two parts: those that lose access, and those that keep it through a group on the list. */
async function sayByGroups(
    call: Call,
    removed: EntryIds,
    after: EntryIds,
    say: (names: string, isKept: boolean, are: Numerus) => string,
): Promise<string[]> {
    const kept = await belowGroups(call, removed, after);
    const said: string[] = [];
    for (const isKept of [false, true]) {
        const some = isKept ? kept : entriesWithout(removed, kept);
        if (countOf(some) > 0) said.push(say(await namesOf(call, some), isKept, numerusOf(some)));
    }
    return said;
}

/** Words in singular or plural. */
type Numerus = ReturnType<typeof numerusOf>;

function numerusOf(entries: EntryIds) {
    return countOf(entries) === 1
        ? { are: "is", were: "was", them: "it", their: "its" }
        : { are: "are", were: "were", them: "them", their: "their" };
}

/** The entries that are below one of a list's groups. */
async function belowGroups({ gitlab }: Call, entries: EntryIds, { groups }: EntryIds): Promise<EntryIds> {
    if (groups.length === 0 || countOf(entries) === 0) return { projects: [], groups: [] };
    const pathsOf = (kind: "project" | "group", ids: readonly number[]) =>
        Promise.all(ids.map(async (id) => (await locate(gitlab, kind, id))?.path.toLowerCase()));
    const [above, projects, subgroups] = await Promise.all([
        pathsOf("group", groups),
        pathsOf("project", entries.projects),
        pathsOf("group", entries.groups),
    ]);
    const isBelow = (path: string | undefined) =>
        path !== undefined && above.some((group) => group !== undefined && path.startsWith(`${group}/`));
    return {
        projects: entries.projects.filter((_, at) => isBelow(projects[at])),
        groups: entries.groups.filter((_, at) => isBelow(subgroups[at])),
    };
}

const SOMEBODY_ELSE =
    "Somebody else keeps this list: people by hand, another stack, or this one under another name. One list belongs into one stack.";

/**
 * Tells a preview what happens to a list that is declared for the first time: who loses access, and whether somebody
 * else seems to keep it, as undeclared entries or a list that already is as declared suggest.
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
    const said = await sayByGroups(call, removed, after, (names, isKept, { are }) => {
        const fate = isKept ? "still do, by a group above" : "no longer do";
        return `${names} can get in now and ${are} not declared. After up their jobs ${fate}.`;
    });
    said.push("Declare them, or set mode to additive, which leaves them on the list.", SOMEBODY_ELSE);
    call.log.warn(said.join(" "));
}

/** Reports declared entries that people removed in GitLab. */
export async function tellTakenOff(call: Call, entries: EntryIds): Promise<void> {
    if (countOf(entries) === 0) return;
    const { were, them } = numerusOf(entries);
    call.log.info(`${await namesOf(call, entries)} ${were} taken off the list in GitLab; up puts ${them} back.`);
}

/** Warns about entries that people added in GitLab to a list that is declared as a whole, as `after`. */
export async function tellAdded(call: Call, entries: EntryIds, after: EntryIds): Promise<void> {
    const said = await sayByGroups(call, entries, after, (names, isKept, { were, them, their }) => {
        const fate = `${their} jobs ${getIn(isKept)}`;
        return `${names} ${were} added in GitLab; up takes ${them} off: ${fate}. Declare ${them} to keep ${them}.`;
    });
    for (const each of said) call.log.warn(each);
}

/** Which entries the list still has according to the state, if GitLab does not show it. */
export async function stillLetsIn(call: Call, entries: EntryIds): Promise<string> {
    return `As far as this stack knows, its job-token allowlist still lets in ${await namesOf(call, entries)}.`;
}

/** Reports entries that stay because this stack did not add them. */
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
            // A lookup that only a message needs must not stop anything.
            const found = await locate(gitlab, kind, id).catch(unlessUntold);
            if (found === undefined) return `${kind} ${id}`;
            return kind === "project" ? found.path : `group ${found.path}`;
        }),
    );
    return firstOf(names, NAMED, entries.length);
}
