/** Longest maintenance note that GitLab takes, in characters. */
export const LONGEST_NOTE = 1024;

/** `<project>/<stack>`: whose runners they are. */
export function ownerOf(project: string, stack: string): string {
    return `${project}/${stack}`;
}

/** As long as every identity of a state is; the marker of a runner is checked before the state has one. */
export const ANY_IDENTITY = "0000000000";

/** First line of a runner's maintenance note, by which its program knows it again. `identity` is that of the stack's state. */
export function markerOf(owner: string, identity: string, runnerName: string): string {
    return `managed-by: gitlab-fleet ${owner}#${identity}/${runnerName}`;
}

/** The whole maintenance note: the marker, then what the user wrote. */
export function noteWith(marker: string, userNote: string | undefined): string {
    return userNote ? `${marker}\n${userNote}` : marker;
}
