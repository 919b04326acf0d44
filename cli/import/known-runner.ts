import { parseMarker, userNoteOf } from "../../core/marker";
import type { GitLab } from "../../gitlab/client";
import { unlessRefusal } from "../../gitlab/errors";
import { pathOfGroup, pathOfProject } from "../../gitlab/namespaces";
import { type RunnerFound, readOwnerProject } from "../../gitlab/runner-facts";

/** A runner as it is in GitLab, in terms of stack configuration. */
export interface KnownRunner {
    id: number;
    scope: "instance" | { group: string } | { project: string };
    description: string;
    tags: string[];
    runUntagged: boolean;
    accessLevel: string;
    locked: boolean;
    paused: boolean;
    maximumTimeout?: number;
    /** The maintenance note without a marker. */
    note: string;
    /** `<project>/<stack>` that already declares it. */
    owner?: string;
}

/** Converts a runner from GitLab's terms to those of stack configuration. */
export async function toKnownRunner(gitlab: GitLab, { details }: RunnerFound): Promise<KnownRunner | undefined> {
    const scope = await readScope(gitlab, details);
    if (scope === undefined) return undefined;
    const note = details.maintenance_note ?? "";
    return {
        id: details.id,
        scope,
        description: details.description ?? "",
        tags: [...details.tag_list].sort(),
        runUntagged: details.run_untagged,
        accessLevel: details.access_level,
        locked: details.locked,
        paused: details.paused,
        maximumTimeout: details.maximum_timeout ?? undefined,
        note: userNoteOf(note),
        owner: parseMarker(note)?.owner,
    };
}

async function readScope(gitlab: GitLab, details: RunnerFound["details"]): Promise<KnownRunner["scope"] | undefined> {
    if (details.runner_type === "instance_type") return "instance";
    if (details.runner_type === "group_type") {
        const group = details.groups?.[0]?.id;
        return group === undefined ? undefined : { group: await pathOfGroup(gitlab, group) };
    }
    const owner = await readOwnerProject(gitlab, details.id).catch(unlessRefusal);
    if (owner !== undefined) return { project: owner.path };
    // The oldest association is the owner's, and GitLab lists the oldest first.
    const project = details.projects?.[0]?.id;
    return project === undefined ? undefined : { project: await pathOfProject(gitlab, project) };
}
