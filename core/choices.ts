// Words that GitLab, the components and the plugin have in common.

/** GitLab's `runner_type`. */
export const RUNNER_TYPES = ["instance_type", "group_type", "project_type"] as const;
export type RunnerType = (typeof RUNNER_TYPES)[number];

/** Who may use a runner's protected side: GitLab's `access_level`. */
export const ACCESS_LEVELS = ["not_protected", "ref_protected"] as const;

/** Who keeps a runner's token alive. */
export const ROTATIONS = ["pulumi", "runner"] as const;

/** What happens to claimed runners that the program does not declare. */
export const FOREIGN = ["report", "pause", "delete"] as const;
export type Foreign = (typeof FOREIGN)[number];

/** What GitLab can say about a runner that a claim may name: nobody needs to make an end of those that work. */
export const STATUSES = ["stale", "never_contacted", "offline"] as const;

/** Whether one part of a claim is enough or all that are given are needed. */
export const MATCHES = ["any", "all"] as const;
