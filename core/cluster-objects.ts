/** Annotation of each object that is made in a cluster: whose it is, as `<project>/<stack>/<manager>`. */
export const OWNER_ANNOTATION = "gitlab-fleet.com/owner";

/** And which state has made it, by the state's identity: two states may have one name. */
export const STATE_ANNOTATION = "gitlab-fleet.com/state";

/** Label that every object of a manager has there. It selects pods, so it never changes. */
export const NAME_LABEL = { key: "app.kubernetes.io/name", value: "gitlab-runner" } as const;
