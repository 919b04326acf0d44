import type { GitLab } from "../gitlab/client";
import { isNotFound, unlessRefused } from "../gitlab/errors";
import { forgetRunners, readRunner } from "../gitlab/runner-reads";
import { fromDetails, fromGid, type RunnerRecord, type RunnerScope, toGid } from "../gitlab/runners";
import type { CreatedRunner, RunnerDetails } from "../gitlab/types";
import { type Call, PartialFailure, type ResourceHandler } from "../handler";
import { type Props, sameSet, UNKNOWN, type Value } from "../values";
import { compare, type Rule } from "./compare";
import { parseMarker } from "./marker";
import { problemsOfRunner } from "./user-runner-problems";

/** GitLab's defaults, and what a property goes back to when it is taken out of the program. */
const DEFAULTS = {
    description: "",
    maintenanceNote: "",
    paused: false,
    locked: false,
    untagged: true,
    accessLevel: "not_protected",
    maximumTimeout: 0,
    tagLists: [] as Value[],
} satisfies Props;

const SCOPE_RULES: Record<string, Rule> = {
    runnerType: { replace: true },
    groupId: { replace: true },
    projectId: { replace: true },
};
const RULES: Record<string, Rule> = {
    ...SCOPE_RULES,
    ...Object.fromEntries(Object.entries(DEFAULTS).map(([name, absent]) => [name, { absent }])),
    tagLists: { set: true, absent: [] },
};

/** Names of the settable properties in `POST /user/runners` and `PUT /runners/:id`. */
const WIRE_NAMES: Record<keyof typeof DEFAULTS, string> = {
    description: "description",
    maintenanceNote: "maintenance_note",
    paused: "paused",
    locked: "locked",
    untagged: "run_untagged",
    accessLevel: "access_level",
    maximumTimeout: "maximum_timeout",
    tagLists: "tag_list",
};
const SETTABLE = Object.keys(WIRE_NAMES) as (keyof typeof DEFAULTS)[];

/** A runner made by the authentication-token flow. https://docs.gitlab.com/api/users/#create-a-runner-linked-to-a-user */
export const userRunner: ResourceHandler = {
    secrets: ["token"],
    oneThing: true,

    check(news) {
        const inputs = { ...news };
        if (Array.isArray(inputs.tagLists)) {
            inputs.tagLists = inputs.tagLists.map((tag) => (typeof tag === "string" ? tag.trim() : tag));
        }
        return { inputs, failures: problemsOfRunner(inputs) };
    },

    diff(_call, existing, inputs) {
        return compare(RULES, existing, inputs);
    },

    async create({ gitlab }, inputs, preview) {
        const planned: Props = { ...DEFAULTS, ...inputs };
        if (preview) {
            return { id: "", state: { ...planned, token: UNKNOWN } };
        }
        const created = await gitlab
            .post<CreatedRunner>("/user/runners", toCreateBody(inputs))
            .finally(() => forgetRunners(gitlab));
        if (!created?.token) {
            const reason =
                "GitLab answered POST /user/runners without a token. Reset it in GitLab, or replace the runner.";
            throw new PartialFailure(String(created?.id ?? ""), planned, reason);
        }
        return { id: String(created.id), state: { ...planned, token: created.token } };
    },

    async read({ gitlab }, id, state, inputs) {
        const number = toRunnerId(id);
        const record = await readRunner(gitlab, number, scopeOf(state));
        if (record === undefined) {
            return undefined;
        }
        const known = Object.keys(state).length > 0;
        const scope = known ? pick(state, Object.keys(SCOPE_RULES)) : await readScope(gitlab, record);
        const found = { ...toState(record, inputs.tagLists ?? state.tagLists), ...scope };
        return {
            id,
            state: { ...found, token: state.token },
            inputs: pick(found, known ? Object.keys(inputs) : Object.keys(found)),
        };
    },

    async update({ gitlab }, { id, state, oldInputs }, inputs, preview) {
        const wanted: Props = {};
        for (const name of SETTABLE) {
            wanted[name] = inputs[name] ?? (oldInputs[name] === undefined ? state[name] : DEFAULTS[name]);
        }
        const planned: Props = { ...state, ...wanted };
        if (preview) {
            return planned;
        }
        const body = toUpdateBody(state, wanted);
        if (Object.keys(body).length === 0) {
            return planned;
        }
        const details = await gitlab
            .put<RunnerDetails>(`/runners/${toRunnerId(id)}`, body)
            .finally(() => forgetRunners(gitlab));
        return { ...planned, ...toState(fromDetails(details), wanted.tagLists) };
    },

    async delete(call, id, state) {
        const { gitlab } = call;
        if (await isElsewhere(call, id, state)) return;
        try {
            await gitlab.delete(`/runners/${toRunnerId(id)}`).finally(() => forgetRunners(gitlab));
        } catch (error) {
            if (!isNotFound(error)) {
                throw error;
            }
        }
    },
};

/** Whether another stack has put its marker on the runner: then it is declared there, and only forgotten here. */
async function isElsewhere({ gitlab, owner, log }: Call, id: string, state: Props): Promise<boolean> {
    if (parseMarker(String(state.maintenanceNote ?? "")) === undefined) return false;
    // Who may not look at a runner may not delete it either, and that refusal says more.
    const record = await readRunner(gitlab, toRunnerId(id)).catch(unlessRefused);
    const marker = record && parseMarker(record.maintenanceNote);
    if (marker === undefined || marker.owner === owner) return false;
    log.warn(`Runner ${id} is left in GitLab: ${marker.owner} declares it now.`);
    return true;
}

function toCreateBody(inputs: Props): Props {
    const body: Props = {
        runner_type: inputs.runnerType,
        group_id: inputs.groupId,
        project_id: inputs.projectId,
    };
    for (const name of SETTABLE) {
        body[WIRE_NAMES[name]] = inputs[name];
    }
    return body;
}

function toUpdateBody(state: Props, wanted: Props): Props {
    const body: Props = {};
    for (const name of SETTABLE) {
        const { changes } = compare(
            { [name]: RULES[name]! },
            { id: "", state, oldInputs: {} },
            { [name]: wanted[name] },
        );
        if (Object.keys(changes).length > 0) {
            body[WIRE_NAMES[name]] = name === "maximumTimeout" && wanted[name] === 0 ? null : wanted[name];
        }
    }
    // GitLab checks the two together, so they must arrive together.
    if ("tag_list" in body || "run_untagged" in body) {
        body.tag_list = wanted.tagLists;
        body.run_untagged = wanted.untagged;
    }
    return body;
}

/** The properties GitLab tells. Tags keep the order they were given in while they are the same tags. */
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

function scopeOf({ runnerType, groupId, projectId }: Props): RunnerScope | undefined {
    const id = groupId ?? projectId;
    return typeof runnerType === "string" ? { runnerType, ...(typeof id === "number" ? { id } : {}) } : undefined;
}

/** Scope of a runner that is being imported. */
async function readScope(gitlab: GitLab, { id, runnerType, groupIds, projectIds = [] }: RunnerRecord): Promise<Props> {
    const scope: Props = { runnerType };
    if (runnerType === "group_type") {
        scope.groupId = groupIds?.[0];
    } else if (runnerType === "project_type") {
        scope.projectId = projectIds.length === 1 ? projectIds[0] : await readOwnerProject(gitlab, id);
    }
    return scope;
}

/** Of several projects only GraphQL says which one owns the runner. */
async function readOwnerProject(gitlab: GitLab, id: number): Promise<number | undefined> {
    const { runner } = await gitlab.graphql<{ runner: { ownerProject: { id: string } | null } | null }>(
        `{ runner(id: "${toGid(id)}") { ownerProject { id } } }`,
        {},
    );
    const gid = runner?.ownerProject?.id;
    return gid === undefined ? undefined : fromGid(gid);
}

function toRunnerId(id: string): number {
    if (!/^\d+$/.test(id)) {
        throw new Error(`UserRunner: the id must be GitLab's number of the runner (got "${id}"). For instance: 42.`);
    }
    return Number(id);
}

function pick(props: Props, names: string[]): Props {
    return Object.fromEntries(names.filter((name) => props[name] !== undefined).map((name) => [name, props[name]]));
}
