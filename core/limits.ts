// GitLab's limits, in one place.

/** Maximum number of tags of a runner: `Ci::Runner::TAG_LIST_MAX_LENGTH`. */
export const MOST_TAGS = 50;

/** Shortest `maximum_timeout` of a runner, in seconds. */
export const SHORTEST_TIMEOUT = 600;

/** Longest description of a runner, in characters. */
export const LONGEST_DESCRIPTION = 1024;

/** Longest maintenance note of a runner, in characters. */
export const LONGEST_NOTE = 1024;

/** Maximum number of projects, and of groups, on a project's job-token allowlist. */
export const MOST_ENTRIES = 200;

/** The number of characters as GitLab counts them, which is as Ruby does: by code points, so an emoji is one. */
export function countCharacters(text: string): number {
    return [...text].length;
}
