import { messageOf } from "../../../core/message";
import { error, type Problem } from "../../../core/problems";
import { hasUnknown, type Props, textsIn } from "../../../core/props";
import {
    changePolicies,
    type PolicyChange,
    type PolicyEntry,
    readPolicies,
    readPolicyNames,
} from "../../../gitlab/allowlist-policies";
import { forgetAllowlist, idOfProject } from "../../../gitlab/allowlists";
import type { GitLab } from "../../../gitlab/client";
import { pathOfGroup, pathOfProject } from "../../../gitlab/namespaces";
import { readProjectFacts } from "../../../gitlab/project-facts";
import { seenInGitLab } from "../../drift";
import { type ChangeKind, isImport, PartialFailure, settled } from "../../handler";
import { stillLetsIn } from "../allowlist/change";
import { targetsOf } from "../allowlist/entries";
import { knownProject, pathIn, standingOfProject } from "../allowlist/standing";
import {
    type Declared,
    entriesIn,
    keyOf,
    type Permissions,
    permissionsOf,
    present,
    readPermissions,
    samePermissions,
    tellDrift,
} from "./drift";
import { originIn, planPolicies } from "./plan";

/** Fine-grained permissions of a project's allowlist entries. https://docs.gitlab.com/ci/jobs/fine_grained_permissions/ */
export const jobTokenPolicies = settled({
    standing(call, id, state) {
        const open = async () => {
            const added = entriesIn(state.entries).filter((entry) => textsIn(state.added).includes(keyOf(entry)));
            if (added.length === 0) return "The permissions of its entries stay as they are.";
            return stillLetsIn(call, targetsOf(...added));
        };
        const hint = { path: pathIn(state), listing: "permissions" } as const;
        return standingOfProject(call, id, state, open, () => readProjectFacts(call.gitlab, id, hint));
    },

    async check(news, { gitlab }) {
        const entries = entriesIn(news.entries);
        return [...findProblems(entries), ...(await findUnknownNames(entries, gitlab))];
    },

    /** Compares with GitLab: a plain `up` corrects permissions that people changed there. */
    async diff(call, { id, state, oldInputs }, inputs, standing) {
        const changes: Record<string, ChangeKind> = {};
        if (String(state.project) !== String(inputs.project)) changes.project = "update-replace";
        const known = new Map(entriesIn(state.entries).map((entry) => [keyOf(entry), entry]));
        const list = await seenInGitLab(call, standing, () => readPermissions(call.gitlab, id, state));
        const now: Permissions = list ?? new Map([...known].map(([key, { policies }]) => [key, policies]));
        const old = new Map([...known.keys()].filter((key) => now.has(key)).map((key) => [key, now.get(key)]));
        for (const [i, entry] of entriesIn(inputs.entries).entries()) {
            const key = keyOf(entry);
            if (!old.has(key)) changes[`entries[${i}]`] = "add";
            else if (hasUnknown(entry.policies) || !samePermissions(old.get(key), entry.policies)) {
                changes[`entries[${i}].policies`] = "update";
            }
            if (list !== undefined) await tellDrift(call, known.get(key), entry, list);
            old.delete(key);
        }
        const declared = entriesIn(oldInputs.entries).map(keyOf);
        for (const key of old.keys()) {
            const at = declared.indexOf(key);
            if (at >= 0) changes[`entries[${at}]`] ??= "delete";
        }
        return { changes };
    },

    idOf: (_call, { project }) => String(project),

    async settle({ gitlab }, inputs, preview, state = { added: [] }) {
        if (preview) return { ...state, ...inputs, added: state.added };
        return apply(gitlab, String(inputs.project), inputs, state);
    },

    async read({ gitlab }, id, state, inputs) {
        const found = await readNow(gitlab, id);
        const declared = entriesIn(inputs.entries).map(keyOf);
        // A resource that a program gets by its id has no inputs, whatever else the program knows of it.
        const entries = inputs.entries === undefined ? found : new Map(declared.map((key) => [key, found.get(key)]));
        const now: Props = { project: state.project ?? id, entries: present(entries, inputs) };
        const known: Props = { ...originIn(state), ...(await knownProject(gitlab, id)) };
        return { id, state: { ...now, ...known }, inputs: isImport(state) ? now : inputs };
    },

    /** Removes entries that were added; the others get their former permissions back. */
    async delete({ gitlab }, id, state) {
        try {
            await apply(gitlab, id, { project: id, entries: [] }, state);
        } catch (error) {
            throw error instanceof PartialFailure ? (error.cause ?? error) : error;
        }
    },
});

async function apply(gitlab: GitLab, project: string, inputs: Props, state: Props): Promise<Props> {
    const id = await idOfProject(gitlab, project);
    const path = await pathOfProject(gitlab, id);
    const declared = entriesIn(inputs.entries);
    const plan = planPolicies(await readPolicies(gitlab, path), declared, state);
    const changes: PolicyChange[] = [];
    for (const entry of plan.missing) {
        changes.push({ action: "add", ...(await pathOfTarget(gitlab, entry)), policies: entry.policies });
    }
    changes.push(...plan.changes);
    const done: Props = { project: inputs.project, ...plan.origin, ...(await knownProject(gitlab, project)) };
    if (changes.length === 0) return { ...done, entries: inputs.entries };
    try {
        await changePolicies(gitlab, path, changes);
    } catch (error) {
        const found = await readNow(gitlab, project).catch(() => undefined);
        if (found === undefined) throw error;
        throw new PartialFailure(project, { ...done, entries: present(found, inputs) }, messageOf(error), error);
    } finally {
        forgetAllowlist(gitlab, id);
    }
    // If the feature is off, GitLab accepts the change and keeps the default permissions.
    const found = await readNow(gitlab, project);
    const ignored = declared.filter((entry) => !samePermissions(found.get(keyOf(entry)), entry.policies));
    if (ignored.length > 0) {
        const state: Props = { ...done, entries: present(found, inputs) };
        throw new PartialFailure(project, state, explainIgnored(path, ignored.length));
    }
    return { ...done, entries: inputs.entries };
}

function explainIgnored(path: string, count: number): string {
    return (
        `JobTokenPolicies: GitLab accepted the permissions of ${count} ${count === 1 ? "entry" : "entries"} of project ${path} but did not ` +
        "keep them: fine-grained permissions are off there. Turn them on (Settings > CI/CD > Job token permissions), " +
        "or remove JobTokenPolicies: the entries work with default permissions."
    );
}

async function readNow(gitlab: GitLab, project: string): Promise<Permissions> {
    return permissionsOf(await readPolicies(gitlab, await pathOfProject(gitlab, await idOfProject(gitlab, project))));
}

async function pathOfTarget(gitlab: GitLab, entry: Declared): Promise<{ kind: PolicyEntry["kind"]; path: string }> {
    return entry.targetGroupId === undefined
        ? { kind: "project", path: await pathOfProject(gitlab, entry.targetProjectId!) }
        : { kind: "group", path: await pathOfGroup(gitlab, entry.targetGroupId) };
}

function findProblems(entries: readonly Declared[]): Problem[] {
    const seen = new Map<string, number>();
    return entries.flatMap((entry, i) => {
        const given = [entry.targetProjectId, entry.targetGroupId].filter((id) => id !== undefined).length;
        const property = `entries[${i}]`;
        if (given !== 1) {
            const remedy = given === 0 ? "Set one" : "Remove one";
            const what = `must have exactly one of targetProjectId and targetGroupId (got ${given}). ${remedy} of them.`;
            return [error(property, what)];
        }
        if (hasUnknown([entry.targetProjectId ?? null, entry.targetGroupId ?? null])) return [];
        const first = seen.get(keyOf(entry));
        seen.set(keyOf(entry), first ?? i);
        return first === undefined ? [] : [error(property, `repeats entries[${first}]. Remove one of them.`)];
    });
}

/** GitLab would refuse the whole mutation, after the list has been changed. */
async function findUnknownNames(entries: readonly Declared[], gitlab: GitLab): Promise<Problem[]> {
    const given = entries.map(({ policies }) => (hasUnknown(policies) ? [] : textsIn(policies)));
    if (given.every((names) => names.length === 0)) return [];
    const known = await readPolicyNames(gitlab);
    if (known === undefined) return [];
    return given.flatMap((names, i) => {
        const unknown = names.filter((name) => !known.includes(name)).map((name) => JSON.stringify(name));
        const what = "names a permission that this GitLab does not have";
        return unknown.map((got) =>
            error(`entries[${i}].policies`, `${what} (got ${got}). It has ${known.join(", ")}.`),
        );
    });
}
