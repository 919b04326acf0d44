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
 * What each route answers with when it succeeds: names and types of fields, as GitLab's documentation and its API description (OpenAPI)
 * have them. The sandbox holds each of its answers against this, so that it can neither make a field up nor leave one out that
 * GitLab always sends. What GitLab has besides, of features that the sandbox does not have, is not here.
 *
 * `text`, `int`, `num`, `bool`, `time` (ISO 8601), `day`, `any`; another word is an entity. `[]`: a list; `|null`: or null.
 * A name that ends in `?` is there at times: for some callers, states or versions.
 */
export const ENTITIES: Entities = Object.assign({}, ...PARTS.map(({ entities }) => entities));

/** The same by route. */
export const ANSWERS: Answers = Object.assign({}, ...PARTS.map(({ answers }) => answers));
