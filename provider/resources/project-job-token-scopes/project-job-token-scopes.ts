import { MOST_ENTRIES } from "../../../core/limits";
import { error, type Problem } from "../../../core/problems";
import { hasUnknown, type Props, sameSet, UNKNOWN } from "../../../core/props";
import { type Allowlist, readAllowlist, readAllowlistNow } from "../../../gitlab/allowlist-reads";
import { type AllowlistKind, forgetAllowlist, idOfProject, isEnforced, setEnabled } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { GitLabError } from "../../../gitlab/errors";
import { type Comparison, compare } from "../../compare";
import { seenInGitLab } from "../../drift";
import { type Call, isImport, type ResourceHandler } from "../../handler";
import {
    stillLetsIn,
    tellAdded,
    tellChange,
    tellGoing,
    tellStaying,
    tellTakenOff,
    tellTakeover,
} from "../allowlist/change";
import { converge, ENFORCED_REMEDY, takeOff } from "../allowlist/converge";
import { countOf, type EntryIds, entriesInBoth, entriesOf, entriesOfBoth, entriesWithout } from "../allowlist/entries";
import { FOUND, noteAdded, type Origin, originOf, takeOver, tellForgotten, toOriginProps } from "../allowlist/origin";
import { entriesOfTheirOwn } from "../allowlist/owners";
import { knownProject, standingOfProject } from "../allowlist/standing";

const COMPARISONS: Record<string, Comparison> = {
    project: { replace: true },
    enabled: {},
    targetProjectIds: { set: true },
    targetGroupIds: { set: true },
};

/** The whole job-token allowlist of a project. https://docs.gitlab.com/api/project_job_token_scopes/ */
export const projectJobTokenScopes: ResourceHandler = {
    standing(call, id, state) {
        return standingOfProject(call, id, state, () => tellOpen(call, state));
    },

    async check(news, call) {
        return [...problemsOf(news), ...(await findEnforcement(news, call))];
    },

    /** Compares with GitLab: a plain `up` corrects what people changed there. */
    async diff(call, existing, inputs, standing) {
        const { id, state } = existing;
        const list = await seenInGitLab(call, standing, () => readOwn(call.gitlab, id));
        if (list !== undefined) await tellIfKnown(call, () => tellDrift(call, state, list, inputs));
        const now = list === undefined ? state : { ...state, ...toState(id, list, inputs) };
        // Both resources could mean the same project, by path and by id: the old one must not empty the new one's list.
        return {
            ...compare(COMPARISONS, { ...existing, state: now }, withLists(inputs)),
            deleteBeforeReplace: true,
        };
    },

    async create(call, inputs, preview) {
        const id = String(inputs.project);
        if (preview) {
            if (!hasUnknown(inputs)) await tellIfKnown(call, () => previewTakeover(call, id, inputs));
            return { id, state: { ...withLists(inputs), enabled: inputs.enabled ?? UNKNOWN } };
        }
        const project = await idOfProject(call.gitlab, id);
        const ours = (before: Allowlist) => ({ ...FOUND, added: takeOver(call.gitlab, project, before) });
        return { id, state: await bringAbout(call.gitlab, id, inputs, ours) };
    },

    async read({ gitlab }, id, state, inputs) {
        const list = await readOwn(gitlab, id);
        const origin = isImport(state) ? FOUND : originOf(state);
        const still = origin && { ...origin, added: entriesInBoth(origin.added, list) };
        if (still !== undefined) noteAdded(gitlab, list.id, still.added);
        const shown = toState(id, list, inputs);
        const names = Object.keys(isImport(state) ? shown : inputs);
        return {
            id,
            state: { ...shown, ...(still && toOriginProps(still)), ...(await knownProject(gitlab, id)) },
            inputs: Object.fromEntries(names.map((name) => [name, shown[name]])),
        };
    },

    async update(call, { id, state }, inputs, preview) {
        if (!preview) return bringAbout(call.gitlab, id, inputs, () => originOf(state) ?? unnoted(state));
        if (!hasUnknown(inputs)) await tellIfKnown(call, () => previewChange(call, id, state, inputs));
        return { ...state, ...withLists(inputs) };
    },

    /**
     * Undoes what this stack did: removes entries that it added, leaves earlier ones, and turns a list that it turned
     * off on again. Entries that the program now declares as separate resources stay.
     */
    async delete(call, id, state) {
        const { gitlab } = call;
        const project = await idOfProject(gitlab, id);
        const now = await readAllowlistNow(gitlab, project);
        const { added, opened } = originOf(state) ?? unnoted(state);
        const own = await entriesOfTheirOwn(call, project);
        const going = entriesWithout(entriesInBoth(added, now), own);
        await tellForgotten(call, project, entriesInBoth(added, own));
        const staying = entriesWithout(entriesWithout(entriesInBoth(entriesOf(state), now), added), own);
        await tellIfKnown(call, async () => {
            await tellStaying(call, staying);
            await tellGoing(call, going, entriesWithout(now, going));
        });
        if (opened && !now.enabled) {
            call.log.info("Turns the list on again: only jobs of those who are on it get in.");
            await setEnabled(gitlab, project, true);
        }
        await takeOff(gitlab, project, going);
    },

    async leave(call, id, state) {
        const project = await idOfProject(call.gitlab, id);
        await tellForgotten(call, project, originOf(state)?.added ?? FOUND.added);
    },
};

/**
 * States of earlier versions did not record it: what they declare counts as this stack's doing, and nothing else does.
 */
function unnoted(state: Props): Origin {
    return { added: entriesOf(state), opened: state.enabled === false };
}

/** What is open according to the state, if GitLab does not show the list. */
async function tellOpen(call: Call, state: Props): Promise<string> {
    if (state.enabled === false)
        return "As far as this stack knows, its job-token allowlist is off: every job gets in.";
    const entries = entriesOf(state);
    if (countOf(entries) === 0) return "As far as this stack knows, nobody is on its job-token allowlist.";
    return stillLetsIn(call, entries);
}

/** A lookup that only a message needs must not stop anything. */
async function tellIfKnown(call: Call, tell: () => Promise<void>): Promise<void> {
    try {
        await tell();
    } catch (error) {
        if (!(error instanceof GitLabError)) throw error;
        call.log.info(`Who would lose access is not known, because the list cannot be read: ${error.message}`);
    }
}

interface OwnList extends Allowlist {
    /** The project's id. */
    id: number;
}

async function readOwn(gitlab: GitLab, project: string): Promise<OwnList> {
    const id = await idOfProject(gitlab, project);
    return { id, ...(await readAllowlist(gitlab, id)) };
}

/** Reports what people changed in GitLab, and what `up` will do about it. */
async function tellDrift(call: Call, state: Props, list: OwnList, inputs: Props): Promise<void> {
    const { enabled } = inputs;
    if (state.enabled === true && enabled === true && !list.enabled) {
        call.log.warn("The list was turned off in GitLab, so every project's jobs get in; up turns it on.");
    }
    if (state.enabled === false && enabled === false && list.enabled) {
        call.log.warn("The list was turned on in GitLab; up turns it off, so every project's jobs get in.");
    }
    if (hasUnknown(inputs)) return;
    const [known, wanted] = [wantedOf(list.id, state), wantedOf(list.id, inputs)];
    await tellTakenOff(call, entriesWithout(entriesInBoth(known, wanted), list));
    await tellAdded(call, entriesWithout(list, entriesOfBoth(known, wanted)), wanted);
}

/** Reports the list's changes, except the corrections that the diff has reported. */
async function previewChange(call: Call, project: string, state: Props, inputs: Props): Promise<void> {
    const list = await readOwn(call.gitlab, project);
    const [known, wanted] = [wantedOf(list.id, state), wantedOf(list.id, inputs)];
    await tellChange(
        call,
        entriesWithout(wanted, entriesOfBoth(known, list)),
        entriesWithout(entriesInBoth(known, list), wanted),
        wanted,
    );
}

async function previewTakeover(call: Call, project: string, inputs: Props): Promise<void> {
    const before = await readOwn(call.gitlab, project);
    const wanted = wantedOf(before.id, inputs);
    await tellChange(call, entriesWithout(wanted, before), FOUND.added, wanted);
    await tellTakeover(call, before, wanted, inputs.enabled !== false);
}

function problemsOf({ project, targetProjectIds, targetGroupIds }: Props): Problem[] {
    const isEmpty = project === "";
    const tooMany = Object.entries({ targetProjectIds, targetGroupIds }).flatMap(([property, ids]) => {
        const count = Array.isArray(ids) ? new Set(ids).size : 0;
        const what = `must have at most ${MOST_ENTRIES} entries (got ${count}). Allow a group instead of its projects.`;
        return count > MOST_ENTRIES ? [error(property, what)] : [];
    });
    return [...(isEmpty ? [error("project", "is empty. Give the project's id or full path.")] : []), ...tooMany];
}

/** `enabled: false` can never take effect if the instance enforces allowlists: reported before anything is changed. */
async function findEnforcement({ project, enabled }: Props, { gitlab, log }: Call): Promise<Problem[]> {
    if (enabled !== false || typeof project !== "string" || project === "") return [];
    const enforced = await isEnforced(gitlab, project);
    if (enforced === undefined) {
        log.warn(
            "enabled: false turns the allowlist off unless the instance enforces allowlists, as GitLab 18 and later do " +
                "by default. This token cannot see whether it does.",
        );
    }
    if (!enforced) return [];
    const what = `cannot be false for project ${project}: the instance enforces job-token allowlists, so every project's list is on whatever the project says. ${ENFORCED_REMEDY}`;
    return [error("enabled", what)];
}

/** An omitted list is empty: undeclared entries are removed. */
function withLists(inputs: Props): Props {
    return { ...inputs, targetProjectIds: inputs.targetProjectIds ?? [], targetGroupIds: inputs.targetGroupIds ?? [] };
}

/** Entries as declared, without the project itself, which is always on its own list. */
function wantedOf(id: number, inputs: Props): EntryIds {
    const { projects, groups } = entriesOf(inputs);
    return { projects: projects.filter((target) => target !== id), groups };
}

/** Changes the list to what is declared. */
async function bringAbout(
    gitlab: GitLab,
    project: string,
    inputs: Props,
    ours: (before: Allowlist) => Origin,
): Promise<Props> {
    const id = await idOfProject(gitlab, project);
    // What was read for the diff may be a minute old.
    forgetAllowlist(gitlab, id);
    const known = await knownProject(gitlab, project);
    const enabled = typeof inputs.enabled === "boolean" ? inputs.enabled : undefined;
    const stateOf = (list: Allowlist, origin: Origin): Props => ({
        ...toState(project, { ...list, id }, inputs),
        ...toOriginProps(origin),
        ...known,
    });
    return converge(gitlab, id, { ...wantedOf(id, inputs), enabled }, ours, { id: project, stateOf });
}

/** Lists keep the user's order while their members are the same; the project itself is kept if the user listed it. */
function toState(project: string, { id, enabled, projects, groups }: OwnList, inputs: Props): Props {
    const written = entriesOf(inputs);
    const asWritten = (kind: AllowlistKind, ids: number[]) =>
        sameSet(written[kind], ids) ? written[kind] : [...ids].sort((a, b) => a - b);
    return {
        project,
        enabled,
        targetProjectIds: asWritten("projects", written.projects.includes(id) ? [...projects, id] : projects),
        targetGroupIds: asWritten("groups", groups),
    };
}
