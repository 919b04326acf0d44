import { iso } from "../../../core/durations";
import { NOBODY, parseId } from "../../../core/id";
import { parseMarker } from "../../../core/marker";
import { hasUnknown, type Props, pick, sameSet, textOf, UNKNOWN, type Value } from "../../../core/props";
import { mapValues, show } from "../../../core/values";
import type { GitLab } from "../../../gitlab/client";
import { unlessNotFound, unlessUntold } from "../../../gitlab/errors";
import { toRunnerId } from "../../../gitlab/ids";
import { readOwnerProject } from "../../../gitlab/runner-facts";
import { forgetRunners, readRunner } from "../../../gitlab/runner-reads";
import { isToken } from "../../../gitlab/runner-tokens";
import { fromDetails, type RunnerRecord, scopeOf } from "../../../gitlab/runners";
import type { CreatedRunner, RunnerDetails } from "../../../gitlab/types";
import { type Comparison, compare, same } from "../../compare";
import { type Call, isImport, PartialFailure, type ResourceHandler } from "../../handler";
import { problemsOfRunner } from "./problems";
import { CREATED_AROUND, CREATED_AT, nameOf, standingOfRunner } from "./standing";

/**
 * The settings of a runner: the name in `POST /user/runners` and `PUT /runners/:id`, and GitLab's default, which
 * applies again once the setting is removed from the program.
 */
const SETTINGS = {
    description: ["description", ""],
    maintenanceNote: ["maintenance_note", ""],
    paused: ["paused", false],
    locked: ["locked", false],
    untagged: ["run_untagged", true],
    accessLevel: ["access_level", "not_protected"],
    maximumTimeout: ["maximum_timeout", 0],
    tagLists: ["tag_list", []],
} satisfies Record<string, [wireName: string, absent: Value]>;
const SETTABLE = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
const DEFAULTS: Props = mapValues<[string, Value], Value>(SETTINGS, ([, absent]) => absent);
const WIRE_NAMES = mapValues<[string, Value], string>(SETTINGS, ([wireName]) => wireName) as Record<
    keyof typeof SETTINGS,
    string
>;

const SCOPE_COMPARISONS: Record<string, Comparison> = {
    runnerType: { replace: true },
    groupId: { replace: true },
    projectId: { replace: true },
};
const COMPARISONS: Record<string, Comparison> = {
    ...SCOPE_COMPARISONS,
    ...mapValues(DEFAULTS, (absent) => ({ absent })),
    tagLists: { set: true, absent: [] },
};

function explainMove(id: string, isLater: boolean): string {
    const goes = `runner ${id} goes, with its id, token and history, and a new one is created`;
    return isLater
        ? `Its scope is not known before up. If it changes, ${goes}: GitLab cannot move a runner.`
        : `Its scope changes, and GitLab cannot move a runner: ${goes}.`;
}

/**
 * A runner created with the authentication-token flow.
 * https://docs.gitlab.com/api/users/#create-a-runner-linked-to-a-user
 */
export const userRunner: ResourceHandler<RunnerRecord> = {
    secrets: ["token"],

    standing(call, id, state) {
        refuseNobody(call, id);
        return standingOfRunner(call, String(toRunnerId("UserRunner", id)), state, scopeOf(state));
    },

    check: problemsOfRunner,

    /** Compares with GitLab: a plain `up` corrects what somebody changed in its pages. */
    diff(call, existing, inputs, standing) {
        if (standing?.is !== "ours") return compare(COMPARISONS, existing, inputs);
        const now = seenIn(existing.state, standing.seen);
        const moved = Object.keys(compare(SCOPE_COMPARISONS, { ...existing, state: now }, inputs).changes);
        const isLater = moved.every((name) => hasUnknown(inputs[name] ?? null));
        if (moved.length > 0) call.log.warn(explainMove(existing.id, isLater));
        // Changes by hand disappear with the runner.
        else tellDrift(call, existing.state, now, inputs);
        return compare(COMPARISONS, { ...existing, state: now }, inputs);
    },

    async create({ gitlab, name }, inputs, preview) {
        const planned: Props = { ...DEFAULTS, ...inputs };
        if (preview) return { id: "", state: { ...planned, token: UNKNOWN } };
        const created = await gitlab
            .post<Partial<CreatedRunner> | undefined>("/user/runners", toCreateBody(inputs))
            .finally(() => forgetRunners(gitlab));
        const id = parseId(created?.id);
        if (id === undefined) {
            // In the state, it would stop every later operation, including destroy.
            throw new Error(
                `UserRunner "${name}": GitLab answered POST /user/runners without the id of a runner (got ${show(created?.id)}), so ` +
                    "nothing of it is in the state. Is baseUrl GitLab's, ending in /api/v4/? If it has made one, the next up removes " +
                    "that by its marker.",
            );
        }
        if (!isToken(created?.token)) {
            const reason =
                "GitLab answered POST /user/runners without a token. Reset it in GitLab, or replace the runner.";
            throw new PartialFailure(String(id), planned, reason);
        }
        return { id: String(id), state: { ...planned, token: created.token, ...(await knownBy(gitlab, id, planned)) } };
    },

    async read(call, id, state, inputs, seen) {
        refuseNobody(call, id);
        const { gitlab } = call;
        const record = seen ?? (await readRunner(gitlab, toRunnerId("UserRunner", id), scopeOf(state)));
        if (record === undefined) return undefined;
        const known = !isImport(state);
        const scope = known ? pick(state, Object.keys(SCOPE_COMPARISONS)) : await readScope(gitlab, record);
        const found = { ...toState(record, inputs.tagLists ?? state.tagLists), ...scope };
        return {
            id,
            state: { ...found, token: state.token, [CREATED_AT]: record.createdAt ?? state[CREATED_AT] },
            // A timeout of 0 means none: as an input, it would be refused.
            inputs: pick(found, known ? Object.keys(inputs) : Object.keys(found).filter((name) => found[name] !== 0)),
        };
    },

    async update(call, { id, state: known, oldInputs }, inputs, preview, seen) {
        const { gitlab } = call;
        const state = seen === undefined ? known : seenIn(known, seen);
        const wantedOf = (name: (typeof SETTABLE)[number]) =>
            inputs[name] ?? (oldInputs[name] === undefined ? state[name] : DEFAULTS[name]);
        const wanted: Props = Object.fromEntries(SETTABLE.map((name) => [name, wantedOf(name)]));
        const planned: Props = { ...state, ...wanted };
        if (preview) {
            sayTakenOver(call, id, state, inputs);
            return planned;
        }
        const body = toUpdateBody(state, wanted);
        if (Object.keys(body).length === 0) return planned;
        const details = await gitlab
            .put<RunnerDetails>(`/runners/${toRunnerId("UserRunner", id)}`, body)
            .finally(() => forgetRunners(gitlab));
        const after = fromDetails(details);
        return { ...planned, ...toState(after, wanted.tagLists), [CREATED_AT]: after.createdAt ?? state[CREATED_AT] };
    },

    async delete({ gitlab }, id) {
        await gitlab
            .delete(`/runners/${toRunnerId("UserRunner", id)}`)
            .catch(unlessNotFound)
            .finally(() => forgetRunners(gitlab));
    },
};

/** Refuses to import a runner that was not found: the program has said why, and which runner. */
function refuseNobody({ name }: Call, id: string): void {
    if (id !== NOBODY) return;
    throw new Error(
        `UserRunner "${name}": the runner that it was to adopt was not found, or may not be adopted: see the error of Runner "${name}". ` +
            "Nothing was made in its place.",
    );
}

/** A preview says whose runner an adoption takes. A renamed stack has kept its identity, and takes its own. */
function sayTakenOver({ log, owner }: Call, id: string, { maintenanceNote }: Props, inputs: Props): void {
    const theirs = parseMarker(textOf(maintenanceNote) ?? "");
    const ours = parseMarker(textOf(inputs.maintenanceNote) ?? "");
    if (theirs === undefined || theirs.owner === owner) return;
    if (ours?.identity !== undefined && ours.identity === theirs.identity) return;
    log.warn(
        `Runner ${id} is declared by ${nameOf(theirs)} now, and up takes it over from there. Take it out there after this up: ` +
            "until then an up there would make a new one.",
    );
}

/** The state with GitLab's current values. A note that is not visible counts as unchanged. */
function seenIn(state: Props, record: RunnerRecord): Props {
    const settings = toState(record, state.tagLists);
    if (settings.maintenanceNote === "") delete settings.maintenanceNote;
    return { ...state, ...settings, [CREATED_AT]: record.createdAt ?? state[CREATED_AT] };
}

/** Tells a preview what somebody changed in GitLab, and what `up` will do about it. */
function tellDrift({ log }: Call, state: Props, now: Props, inputs: Props): void {
    for (const name of SETTABLE) {
        const [before, found]: Value[] = [state[name] ?? null, now[name] ?? null];
        if (before === null || same(COMPARISONS[name]!, before, found)) continue;
        const wanted = inputs[name] ?? before;
        if (same(COMPARISONS[name]!, wanted, found)) continue;
        log.info(
            `${wordsOf(name, found)} in GitLab; up ${name === "paused" ? (found ? "resumes it" : "pauses it") : "puts it back"}.`,
        );
    }
}

function wordsOf(name: (typeof SETTABLE)[number], found: Value | undefined): string {
    if (name === "paused") return found ? "Was paused" : "Was resumed";
    const shown = name === "maintenanceNote" ? "" : ` to ${JSON.stringify(found)}`;
    return `${WIRE_NAMES[name]} was changed${shown}`;
}

/**
 * What a new runner is known by besides its id: its marker and about when it was made, or else the very moment, which GitLab tells when
 * asked.
 */
async function knownBy(gitlab: GitLab, id: number, { maintenanceNote }: Props): Promise<Props> {
    const clock = gitlab.clock();
    if (parseMarker(String(maintenanceNote ?? "")) !== undefined) {
        return clock.doubt === undefined ? { [CREATED_AROUND]: iso(clock.now) } : {};
    }
    const record = await readRunner(gitlab, id).catch(unlessUntold);
    return record?.createdAt === undefined ? {} : { [CREATED_AT]: record.createdAt };
}

function toCreateBody(inputs: Props): Props {
    const { runnerType, groupId, projectId } = inputs;
    const settings = SETTABLE.map((name) => [WIRE_NAMES[name], inputs[name]]);
    return { runner_type: runnerType, group_id: groupId, project_id: projectId, ...Object.fromEntries(settings) };
}

function toUpdateBody(state: Props, wanted: Props): Props {
    const body: Props = {};
    for (const name of SETTABLE) {
        if (!same(COMPARISONS[name]!, state[name], wanted[name])) {
            body[WIRE_NAMES[name]] = name === "maximumTimeout" && wanted[name] === 0 ? null : wanted[name];
        }
    }
    // GitLab checks the two together, so they must be sent together.
    if ("tag_list" in body || "run_untagged" in body) {
        body.tag_list = wanted.tagLists;
        body.run_untagged = wanted.untagged;
    }
    return body;
}

/** The properties that GitLab returns. Tags keep the user's order while they are the same tags. */
function toState(record: RunnerRecord, tagLists: Value | undefined): Props {
    const given = Array.isArray(tagLists) ? tagLists : [];
    return {
        description: record.description,
        maintenanceNote: record.maintenanceNote,
        paused: record.paused,
        locked: record.locked,
        untagged: record.runUntagged,
        accessLevel: record.accessLevel,
        maximumTimeout: record.maximumTimeout,
        tagLists: sameSet<Value>(given, record.tagList) ? given : [...record.tagList].sort(),
    };
}

async function readScope(gitlab: GitLab, { id, runnerType, groupIds, projectIds = [] }: RunnerRecord): Promise<Props> {
    if (runnerType === "group_type") return { runnerType, groupId: groupIds?.[0] };
    if (runnerType !== "project_type") return { runnerType };
    return {
        runnerType,
        projectId: projectIds.length === 1 ? projectIds[0] : (await readOwnerProject(gitlab, id))?.id,
    };
}
