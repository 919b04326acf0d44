/** Longest maintenance note that GitLab takes, in characters. */
export const LONGEST_NOTE = 1024;

/** `<project>/<stack>`: whose runners they are. */
export function ownerOf(project: string, stack: string): string {
    return `${project}/${stack}`;
}

/** First line of a runner's maintenance note, by which its program knows it again. */
export function markerOf(owner: string, runnerName: string): string {
    return `managed-by: gitlab-fleet ${owner}/${runnerName}`;
}

/** The whole maintenance note: the marker, then what the user wrote. */
export function noteWith(marker: string, userNote: string | undefined): string {
    return userNote ? `${marker}\n${userNote}` : marker;
}
