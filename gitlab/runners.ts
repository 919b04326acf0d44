import type { Props } from "../core/props";
import { fromGid } from "./ids";
import type { RunnerDetails, RunnerNode } from "./types";

/** A runner, from either of GitLab's APIs. */
export interface RunnerRecord {
    id: number;
    runnerType: string;
    description: string;
    /** Also empty if the token's user may not change the runner. */
    maintenanceNote: string;
    paused: boolean;
    locked: boolean;
    runUntagged: boolean;
    accessLevel: string;
    /** Seconds; 0 if there is none. */
    maximumTimeout: number;
    tagList: string[];
    /** `online`, `offline`, `stale`, `never_contacted`; from REST also `paused`. */
    status: string;
    contactedAt?: string;
    /** When the token expires; null: never; absent if REST did not return it. */
    tokenExpiresAt?: string | null;
    createdAt?: string;
    /** Username of the creator, if known. */
    creator?: string;
    /** How many projects a project runner serves, if known. */
    projectCount?: number;
    /** Projects and groups that it belongs to, if known. */
    projectIds?: number[];
    groupIds?: number[];
}

export interface RunnerScope {
    runnerType: string;
    /** Id of the group or project; absent for instance runners. */
    id?: number;
    /** The project runners of all projects below the group `id`. */
    below?: boolean;
}

/** The scope that properties name; undefined if they name none. */
export function scopeOf({ runnerType, groupId, projectId }: Props): RunnerScope | undefined {
    const id = groupId ?? projectId;
    return typeof runnerType === "string" ? { runnerType, ...(typeof id === "number" ? { id } : {}) } : undefined;
}

/** All fields of a `RunnerRecord` in GraphQL. About 17 of the 250 units of complexity that a query may cost. */
export const RUNNER_FIELDS =
    "id runnerType description maintenanceNote paused locked runUntagged accessLevel maximumTimeout tagList status contactedAt createdAt tokenExpiresAt createdBy { username }";

/** A runner from REST. */
export function fromDetails(runner: RunnerDetails): RunnerRecord {
    return {
        id: runner.id,
        runnerType: runner.runner_type,
        description: runner.description ?? "",
        maintenanceNote: runner.maintenance_note ?? "",
        paused: runner.paused,
        locked: runner.locked,
        runUntagged: runner.run_untagged,
        accessLevel: runner.access_level,
        maximumTimeout: runner.maximum_timeout ?? 0,
        tagList: runner.tag_list,
        status: runner.status,
        contactedAt: runner.contacted_at ?? undefined,
        createdAt: runner.created_at,
        tokenExpiresAt: runner.token_expires_at,
        creator: runner.created_by?.username,
        projectCount: runner.projects?.length,
        projectIds: runner.projects?.map((project) => project.id),
        groupIds: runner.groups?.map((group) => group.id),
    };
}

export function fromNode(node: RunnerNode): RunnerRecord {
    return {
        id: fromGid(node.id),
        runnerType: node.runnerType.toLowerCase(),
        description: node.description ?? "",
        maintenanceNote: node.maintenanceNote ?? "",
        paused: node.paused,
        locked: node.locked ?? false,
        runUntagged: node.runUntagged,
        accessLevel: node.accessLevel.toLowerCase(),
        maximumTimeout: node.maximumTimeout ?? 0,
        tagList: node.tagList ?? [],
        status: node.status.toLowerCase(),
        contactedAt: node.contactedAt ?? undefined,
        createdAt: node.createdAt ?? undefined,
        creator: node.createdBy?.username,
        tokenExpiresAt: node.tokenExpiresAt,
        projectCount: node.projectCount ?? undefined,
    };
}
