import { encodeId, type GitLab } from "../../gitlab/client";
import type { RunnerScope } from "../../gitlab/runners";
import { UsageError } from "../exit";

/** The scope that options name. */
export async function resolveScope(
    gitlab: GitLab,
    options: { group?: string; project?: string; instance?: boolean; projectsBelow?: boolean },
): Promise<RunnerScope> {
    const { group, project, instance, projectsBelow } = options;
    const given = [group !== undefined, project !== undefined, instance === true].filter(Boolean).length;
    if (given !== 1) throw new UsageError("Which scope? Give --group, --project or --instance, one of them.");
    if (projectsBelow && group === undefined) throw new UsageError("--projects-below goes with --group.");
    if (group !== undefined) {
        const { id } = await gitlab.get<{ id: number }>(`/groups/${encodeId(group)}`, { with_projects: false });
        return { runnerType: projectsBelow ? "project_type" : "group_type", id, below: projectsBelow };
    }
    if (project !== undefined) {
        const { id } = await gitlab.get<{ id: number }>(`/projects/${encodeId(project)}`);
        return { runnerType: "project_type", id };
    }
    return { runnerType: "instance_type" };
}
