/** Where a manager's process finds its files in a container: the directory of GitLab's images, mounted as a whole. */
export const CONFIG_DIRECTORY = "/etc/gitlab-runner";

/** Where it works. */
export const HOME = "/home/gitlab-runner";

/** Where it may write whatever else is read-only. */
export const TEMPORARY = "/tmp";
