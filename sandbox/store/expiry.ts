import { SECOND } from "../clock";
import type { Runner } from "./entities";
import type { Store } from "./store";

/** When a token issued now for the runner expires by settings of instance, groups and projects; null: never. */
export function runnerTokenExpiry(db: Store, runner: Runner): number | null {
    const intervals = expirationIntervals(db, runner).filter((seconds) => seconds !== null);
    return intervals.length === 0 ? null : db.now() + Math.min(...intervals) * SECOND;
}

function expirationIntervals(db: Store, runner: Runner): (number | null)[] {
    const { settings } = db;
    switch (runner.runnerType) {
        case "instance_type":
            return [settings.runnerTokenExpirationInterval];
        case "group_type": {
            const [own, ...ancestors] = db.lineage(runner.groupId);
            return [
                settings.groupRunnerTokenExpirationInterval,
                own?.runnerTokenExpirationInterval ?? null,
                ...ancestors.map((group) => group.subgroupRunnerTokenExpirationInterval),
            ];
        }
        case "project_type": {
            const projects = db.runnerProjects.find("runner", runner.id).map((l) => db.projects.must(l.projectId));
            return [
                settings.projectRunnerTokenExpirationInterval,
                ...projects.map((project) => project.runnerTokenExpirationInterval),
                ...projects.flatMap((project) =>
                    db.lineage(project.groupId).map((group) => group.projectRunnerTokenExpirationInterval),
                ),
            ];
        }
    }
}
