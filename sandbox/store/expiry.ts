import { SECOND } from "../clock";
import type { Runner } from "./entities";
import type { Store } from "./store";

/** The properties of a runner that decide how long its tokens live. */
export type RunnerPlace = Pick<Runner, "runnerType" | "groupId"> & { projectIds: number[] };

/** When a token issued now for a runner expires, by the settings of instance, groups and projects; null: never. */
export function expiryAt(db: Store, place: RunnerPlace): number | null {
    const intervals = expirationIntervals(db, place).filter((seconds) => seconds !== null);
    return intervals.length === 0 ? null : db.now() + Math.min(...intervals) * SECOND;
}

/** The same for an existing runner. */
export function runnerTokenExpiry(db: Store, runner: Runner): number | null {
    const projectIds = db.runnerProjects.find("runner", runner.id).map((link) => link.projectId);
    return expiryAt(db, { ...runner, projectIds });
}

function expirationIntervals(db: Store, place: RunnerPlace): (number | null)[] {
    const { settings } = db;
    switch (place.runnerType) {
        case "instance_type":
            return [settings.runnerTokenExpirationInterval];
        case "group_type": {
            const [own, ...ancestors] = db.lineage(place.groupId);
            return [
                settings.groupRunnerTokenExpirationInterval,
                own?.runnerTokenExpirationInterval ?? null,
                ...ancestors.map((group) => group.subgroupRunnerTokenExpirationInterval),
            ];
        }
        case "project_type": {
            const projects = place.projectIds.map((id) => db.projects.must(id));
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
