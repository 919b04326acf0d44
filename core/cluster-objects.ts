/** Annotation of each object that is created in a cluster: its owner, as `<project>/<stack>/<manager>`. */
export const OWNER_ANNOTATION = "gitlab-fleet.com/owner";

/** Annotation with the identity of the state that created the object: two states may have the same owner's name. */
export const STATE_ANNOTATION = "gitlab-fleet.com/state";

/** Label of every object of a manager. It selects pods, so it never changes. */
export const NAME_LABEL = { key: "app.kubernetes.io/name", value: "gitlab-runner" } as const;
