/** Who made a runner, as its maintenance note says. Anybody who may edit the note can write one: it is a hint, no proof. */
export interface Marker {
    /** `<project>/<stack>`. Two clones of one program have the same. */
    owner: string;
    /** Identity of the state that declares it; absent in markers of versions before 0.2. */
    identity?: string;
    /** Name of the runner in the program. */
    runner: string;
}

/** The marker is a line of its own, so that the user's note can stand around it. Runner names may hold slashes. */
const LINE = /^managed-by: gitlab-fleet ([^/\s#]+\/[^/\s#]+)(?:#([0-9a-z]+))?\/(.+?)\s*$/m;

/** The marker in a maintenance note: `managed-by: gitlab-fleet <project>/<stack>#<identity>/<runner name>`. */
export function parseMarker(maintenanceNote: string): Marker | undefined {
    const [, owner, identity, runner] = LINE.exec(maintenanceNote) ?? [];
    if (owner === undefined || runner === undefined) return undefined;
    return { owner, ...(identity === undefined ? {} : { identity }), runner };
}

/** Whether both markers say the same. One from before there were identities says nothing about them. */
export function sameMarker(a: Marker, b: Marker): boolean {
    const sameState = a.identity === undefined || b.identity === undefined || a.identity === b.identity;
    return sameState && a.owner === b.owner && a.runner === b.runner;
}
