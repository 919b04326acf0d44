import { type Allowlist, readAllowlist } from "../gitlab/allowlist-reads";
import { type AllowlistKind, allow, disallow, idOfProject, readEnabled, setEnabled } from "../gitlab/allowlists";
import type { GitLab } from "../gitlab/client";
import { isEnforced } from "../gitlab/enforcement";
import { GitLabError, isNotFound } from "../gitlab/errors";
import { type Call, type CheckFailure, PartialFailure, type ResourceHandler } from "../handler";
import { hasUnknown, isUnknown, type Props, sameSet, UNKNOWN, type Value } from "../values";
import { type EntryIds, entriesWithout, tellChange, tellTakeover } from "./allowlist-change";
import { entriesOfTheirOwn } from "./allowlist-owners";
import { compare, type Rule } from "./compare";

const RULES: Record<string, Rule> = {
    project: { replace: true },
    enabled: {},
    targetProjectIds: { set: true },
    targetGroupIds: { set: true },
};
/** GitLab's limit, for projects and for groups each. */
const LIMIT = 200;
const KINDS: readonly AllowlistKind[] = ["projects", "groups"];
/** Calls to the lists of one project under way at once. */
const AT_ONCE = 4;

/** The whole job-token allowlist of a project. https://docs.gitlab.com/api/project_job_token_scopes/ */
export const projectJobTokenScopes: ResourceHandler = {
    secrets: [],
    oneThing: true,

    async check(news, call) {
        return { inputs: news, failures: [...problemsOf(news), ...(await findEnforcement(news, call))] };
    },

    diff(_call, existing, inputs) {
        // Both resources could mean the same project, once by path and once by id: the old one must not empty the new one's list.
        return { ...compare(RULES, existing, withLists(inputs)), deleteBeforeReplace: true };
    },

    async create(call, inputs, preview) {
        const id = String(inputs.project);
        if (preview) {
            if (!hasUnknown(inputs)) await tellIfKnown(call, () => previewTakeover(call, id, inputs));
            return { id, state: { ...withLists(inputs), enabled: inputs.enabled ?? UNKNOWN } };
        }
        return { id, state: await converge(call.gitlab, id, inputs) };
    },

    async read({ gitlab }, id, _state, inputs) {
        try {
            const state = await readState(gitlab, id, inputs);
            const names = Object.keys(inputs).length > 0 ? Object.keys(inputs) : Object.keys(state);
            return { id, state, inputs: Object.fromEntries(names.map((name) => [name, state[name]])) };
        } catch (error) {
            if (isNotFound(error)) {
                return undefined;
            }
            throw error;
        }
    },

    async update(call, { id, state }, inputs, preview) {
        if (!preview) return converge(call.gitlab, id, inputs);
        if (!hasUnknown(inputs)) await tellIfKnown(call, () => tellChange(call, entriesOf(state), entriesOf(inputs)));
        return { ...state, ...withLists(inputs) };
    },

    /**
     * Like the published provider: the allowlist goes back to what new projects have, on and empty. Where the program now has
     * entries as resources of their own, only what they are not is taken off.
     */
    async delete(call, id, state) {
        const { gitlab } = call;
        try {
            const project = await idOfProject(gitlab, id);
            const entries = await entriesOfTheirOwn(call, project);
            if (entries.projects.length + entries.groups.length === 0) {
                await converge(gitlab, id, { project: id, enabled: true, targetProjectIds: [], targetGroupIds: [] });
                return;
            }
            const surplus = entriesWithout(entriesOf(state), entries);
            for (const kind of KINDS) await each(surplus[kind], (target) => disallow(gitlab, project, kind, target));
        } catch (error) {
            const reason = error instanceof PartialFailure ? error.cause : error;
            if (!isNotFound(reason)) {
                throw reason;
            }
        }
    },
};

/** What only a preview's message needs stops nothing when GitLab does not tell it. */
async function tellIfKnown(call: Call, tell: () => Promise<void>): Promise<void> {
    try {
        await tell();
    } catch (error) {
        if (!(error instanceof GitLabError)) throw error;
        call.log.info(`Who would lose access is not known, because the list cannot be read: ${error.message}`);
    }
}

async function previewTakeover(call: Call, project: string, inputs: Props): Promise<void> {
    const id = await idOfProject(call.gitlab, project);
    await tellTakeover(call, await readAllowlist(call.gitlab, id), entriesOf(inputs), inputs.enabled !== false);
}

function problemsOf({ project, targetProjectIds, targetGroupIds }: Props): CheckFailure[] {
    const failures: CheckFailure[] = [];
    if (project === "") {
        failures.push({ property: "project", reason: "project is empty. Give the project's id or full path." });
    }
    for (const [property, ids] of Object.entries({ targetProjectIds, targetGroupIds })) {
        if (Array.isArray(ids) && new Set(ids).size > LIMIT) {
            const reason = `${property} must have at most ${LIMIT} entries (got ${new Set(ids).size}). Allow a group instead of its projects.`;
            failures.push({ property, reason });
        }
    }
    return failures;
}

const ENFORCED_REMEDY =
    "Set enabled to true, or ask an administrator to end the enforcement for the instance " +
    "(Admin > Settings > CI/CD > Job token permissions).";

/** `enabled: false` can never come true where the instance enforces allowlists: say so before anything is changed. */
async function findEnforcement({ project, enabled }: Props, { gitlab, log }: Call): Promise<CheckFailure[]> {
    if (enabled !== false || typeof project !== "string" || project === "") return [];
    const enforced = await isEnforced(gitlab, project);
    if (enforced === undefined) {
        log.warn(
            "enabled: false turns the allowlist off unless the instance enforces allowlists, as GitLab 18 and later do " +
                "by default. This token cannot see whether it does.",
        );
    }
    if (!enforced) return [];
    return [
        {
            property: "enabled",
            reason: `enabled cannot be false for project ${project}: the instance enforces job-token allowlists, so every project's list is on whatever the project says. ${ENFORCED_REMEDY}`,
        },
    ];
}

/** Lists that are left out are empty: whatever is not declared is taken off. */
function withLists(inputs: Props): Props {
    return { ...inputs, targetProjectIds: inputs.targetProjectIds ?? [], targetGroupIds: inputs.targetGroupIds ?? [] };
}

/** Brings GitLab to what is wanted with as few calls as possible. First opens, then closes, so that no job is locked out in between. */
async function converge(gitlab: GitLab, project: string, inputs: Props): Promise<Props> {
    const id = await idOfProject(gitlab, project);
    const before = await readAllowlist(gitlab, id);
    const { projects, groups } = entriesOf(inputs);
    const wanted = { projects: projects.filter((target) => target !== id), groups };
    const missing = entriesWithout(wanted, before);
    const surplus = entriesWithout(before, wanted);
    const wantEnabled = inputs.enabled ?? before.enabled;
    let changed = false;
    try {
        const change = (run: typeof allow, kind: AllowlistKind, targets: readonly number[]) =>
            each(targets, async (target) => {
                await run(gitlab, id, kind, target);
                changed = true;
            });
        for (const kind of KINDS) {
            // Where both the old and the new entries do not fit, some of the old have to go first.
            const excess = before[kind].length + missing[kind].length - LIMIT;
            await change(disallow, kind, surplus[kind].splice(0, Math.max(0, excess)));
            await change(allow, kind, missing[kind]);
        }
        if (wantEnabled !== before.enabled) {
            await switchTo(gitlab, id, wantEnabled === true, project);
            changed = true;
        }
        for (const kind of KINDS) await change(disallow, kind, surplus[kind]);
    } catch (error) {
        if (!changed) {
            throw error;
        }
        // Part of it is done: the state must say which part, so that the next `up` does the rest.
        const state = await readState(gitlab, project, inputs).catch(() => undefined);
        if (state === undefined) {
            throw error;
        }
        throw new PartialFailure(project, state, error instanceof Error ? error.message : String(error), error);
    }
    return toState(project, id, { enabled: wantEnabled === true, ...wanted }, inputs);
}

/** Where the instance enforces allowlists GitLab 19 refuses to turn one off, and older ones accept it without effect. */
async function switchTo(gitlab: GitLab, id: number, enabled: boolean, project: string): Promise<void> {
    try {
        await setEnabled(gitlab, id, enabled);
    } catch (error) {
        if (error instanceof GitLabError && error.status === 400 && /enforced/.test(error.words)) {
            throw new Error(`${error.message} ${ENFORCED_REMEDY}`);
        }
        throw error;
    }
    if (!enabled && (await readEnabled(gitlab, id))) {
        throw new Error(
            `ProjectJobTokenScopes: the allowlist of project ${project} stays on although GitLab accepted to turn it off, because the instance enforces it. ${ENFORCED_REMEDY}`,
        );
    }
}

async function readState(gitlab: GitLab, project: string, inputs: Props): Promise<Props> {
    const id = await idOfProject(gitlab, project);
    return toState(project, id, await readAllowlist(gitlab, id), inputs);
}

/** While the members are the same, lists look as they were written; the project itself is kept where it was written. */
function toState(project: string, id: number, { enabled, projects, groups }: Allowlist, inputs: Props): Props {
    const present = (given: Value | undefined, ids: number[]) => {
        const written = idsOf(given);
        const implied = written.includes(id) ? [...ids, id] : ids;
        return sameSet(written, implied) ? written : [...implied].sort((a, b) => a - b);
    };
    return {
        project,
        enabled,
        targetProjectIds: present(inputs.targetProjectIds, projects),
        targetGroupIds: sameSet(idsOf(inputs.targetGroupIds), groups)
            ? idsOf(inputs.targetGroupIds)
            : [...groups].sort((a, b) => a - b),
    };
}

function entriesOf({ targetProjectIds, targetGroupIds }: Props): EntryIds {
    return { projects: idsOf(targetProjectIds), groups: idsOf(targetGroupIds) };
}

function idsOf(value: Value | undefined): number[] {
    return Array.isArray(value) ? [...new Set(value.filter((item) => !isUnknown(item)).map(Number))] : [];
}

async function each(ids: readonly number[], run: (id: number) => Promise<void>): Promise<void> {
    const queue = [...ids];
    const work = async () => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
            await run(id);
        }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) {
        throw failed.reason;
    }
}
