/** Names and types of an entity's fields. */
export type Fields = Record<string, string>;
/** Entities by their names in GitLab's source. */
export type Entities = Record<string, Fields>;
/** Entity by route; `none`: no body, or a body that is not JSON. */
export type Answers = Record<string, string>;
