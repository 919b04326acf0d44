/** `<project>/<stack>`: the owner of runners. */
export function ownerOf(project: string, stack: string): string {
    return `${project}/${stack}`;
}

/** As long as every identity of a state: a runner's marker is checked before the state has an identity. */
export const ANY_IDENTITY = "0000000000";

/**
 * First line of a runner's maintenance note, by which a program recognises its runner. `identity` is that of the
 * stack's state.
 */
export function markerOf(owner: string, identity: string, runnerName: string): string {
    return `managed-by: gitlab-fleet ${owner}#${identity}/${runnerName}`;
}

/** The whole maintenance note: the marker, followed by the user's note. */
export function noteWith(marker: string, userNote: string | undefined): string {
    return userNote ? `${marker}\n${userNote}` : marker;
}

/**
 * Who created a runner, according to its maintenance note. Anybody who may edit the note can write one: it is a hint,
 * not a proof.
 */
export interface Marker {
    /** `<project>/<stack>`. Two clones of one program share it. */
    owner: string;
    /** Identity of the state that declares it; absent in markers from before the first release. */
    identity?: string;
    /** Name of the runner in the program. */
    runner: string;
}

/** The marker is a line of its own, so that the user's note may surround it. Runner names may contain slashes. */
const LINE = /^managed-by: gitlab-fleet ([^/\s#]+\/[^/\s#]+)(?:#([0-9a-z]+))?\/(.+?)\s*$/m;

/** The marker in a maintenance note: `managed-by: gitlab-fleet <project>/<stack>#<identity>/<runner name>`. */
export function parseMarker(maintenanceNote: string): Marker | undefined {
    const [, owner, identity, runner] = LINE.exec(maintenanceNote) ?? [];
    if (owner === undefined || runner === undefined) return undefined;
    return { owner, ...(identity === undefined ? {} : { identity }), runner };
}

export function userNoteOf(maintenanceNote: string): string {
    return maintenanceNote.replace(LINE, "").trim();
}

/** Whether both markers name the same runner. A marker without an identity matches any identity. */
export function sameMarker(a: Marker, b: Marker): boolean {
    const sameState = a.identity === undefined || b.identity === undefined || a.identity === b.identity;
    return sameState && a.owner === b.owner && a.runner === b.runner;
}
