import type { GitLab } from "../../gitlab/client";
import { readGroup, readProject } from "../../gitlab/namespaces";
import type { RunnerScope } from "../../gitlab/runners";
import { Failed } from "../exit";

export async function resolveScope(
    gitlab: GitLab,
    options: { group?: string; project?: string; instance?: boolean; projectsBelow?: boolean },
): Promise<RunnerScope> {
    const { group, project, instance, projectsBelow } = options;
    const given = [group !== undefined, project !== undefined, instance === true].filter(Boolean).length;
    if (given !== 1) throw new Failed("Which scope? Give --group, --project or --instance, one of them.");
    if (projectsBelow && group === undefined) throw new Failed("--projects-below goes with --group.");
    if (group !== undefined) {
        const { id } = await readGroup(gitlab, group);
        return { runnerType: projectsBelow ? "project_type" : "group_type", id, below: projectsBelow };
    }
    if (project !== undefined) return { runnerType: "project_type", id: (await readProject(gitlab, project)).id };
    return { runnerType: "instance_type" };
}
