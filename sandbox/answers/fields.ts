/** Names and types of an entity's fields. */
export type Fields = Record<string, string>;
/** Entities by the names that GitLab's source has for them. */
export type Entities = Record<string, Fields>;
/** Entity by route; `none`: no body, or one that is no JSON. */
export type Answers = Record<string, string>;
