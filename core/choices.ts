// Words that GitLab, the components and the plugin share.

/** GitLab's `runner_type`. */
export const RUNNER_TYPES = ["instance_type", "group_type", "project_type"] as const;
export type RunnerType = (typeof RUNNER_TYPES)[number];

/** Whose jobs a runner takes: GitLab's `access_level`. */
export const ACCESS_LEVELS = ["not_protected", "ref_protected"] as const;

/** Who rotates a runner's token. */
export const ROTATIONS = ["pulumi", "runner"] as const;

/** What happens to claimed runners that the program does not declare. */
export const FOREIGN = ["report", "pause", "delete"] as const;
export type Foreign = (typeof FOREIGN)[number];

/** Statuses in GitLab that a claim may name. `online` is not among them: nobody needs to remove runners that work. */
export const STATUSES = ["stale", "never_contacted", "offline"] as const;

/** Whether a claim needs one of its given parts to match, or all of them. */
export const MATCHES = ["any", "all"] as const;
