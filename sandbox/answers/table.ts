import type { Answers, Entities } from "./fields";
import * as instance from "./instance";
import * as jobTokens from "./job-tokens";
import * as jobs from "./jobs";
import * as people from "./people";
import * as places from "./places";
import * as repository from "./repository";
import * as runners from "./runners";

const PARTS = [instance, people, places, jobTokens, runners, jobs, repository];

/**
 * The successful answer of each route: names and types of its fields, according to GitLab's documentation and its API
 * description (OpenAPI). The sandbox checks each of its answers against this table, so that it can neither invent a
 * field nor omit one that GitLab always sends. Fields of features that the sandbox lacks are not listed.
 *
 * `text`, `int`, `num`, `bool`, `time` (ISO 8601), `day`, `any`; another word is an entity. `[]`: a list; `|null`: or
 * null. A name that ends in `?` is present only for some callers, states or versions.
 */
export const ENTITIES: Entities = Object.assign({}, ...PARTS.map(({ entities }) => entities));

/** The same by route. */
export const ANSWERS: Answers = Object.assign({}, ...PARTS.map(({ answers }) => answers));
