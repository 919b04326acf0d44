/** Who made a runner, as its maintenance note says. */
export interface Marker {
    /** `<project>/<stack>`. */
    owner: string;
    /** Name of the runner in the program. */
    runner: string;
}

/** The marker is a line of its own, so that the user's note can stand around it. Runner names may hold slashes. */
const LINE = /^managed-by: gitlab-fleet ([^/\s]+\/[^/\s]+)\/(.+?)\s*$/m;

/** The marker in a maintenance note: `managed-by: gitlab-fleet <project>/<stack>/<runner name>`. */
export function parseMarker(maintenanceNote: string): Marker | undefined {
    const [, owner, runner] = LINE.exec(maintenanceNote) ?? [];
    return owner === undefined || runner === undefined ? undefined : { owner, runner };
}
