import type { Method } from "./http/api";

/** How far the sandbox is with one endpoint of GitLab. */
export interface Coverage {
    method: Method;
    /** Path below `/api/v4`. */
    path: string;
    /** `full`: as `docs/sandbox.md` says GitLab answers; `partial`: what `note` says is missing. */
    state: "full" | "partial";
    note?: string;
}

const full = (method: Method, ...paths: string[]): Coverage[] =>
    paths.map((path) => ({ method, path, state: "full" as const }));
const partial = (method: Method, path: string, note: string): Coverage[] => [{ method, path, state: "partial", note }];

/** Every REST endpoint of the sandbox. A test holds it against the registered routes, both ways. */
export const COVERAGE: readonly Coverage[] = [
    ...full("GET", "/version", "/metadata", "/personal_access_tokens/self"),
    ...partial("GET", "/user", "profile fields that nobody here reads"),
    ...partial("GET", "/application/settings", "only settings about runners and job tokens"),
    ...partial("PUT", "/application/settings", "only settings about runners and job tokens"),
    ...full("POST", "/user/runners"),
    ...full("GET", "/runners", "/runners/all", "/projects/:id/runners", "/groups/:id/runners"),
    ...full("GET", "/runners/:id", "/runners/:id/managers", "/runners/:id/jobs"),
    ...full("PUT", "/runners/:id"),
    ...full("DELETE", "/runners/:id", "/projects/:id/runners/:runner_id"),
    ...full("POST", "/runners/:id/reset_authentication_token", "/projects/:id/runners"),
    ...full("POST", "/runners", "/runners/verify", "/runners/reset_authentication_token"),
    ...full("DELETE", "/runners", "/runners/managers"),
    ...partial(
        "GET",
        "/runners/router/discovery",
        "checks the runner's token, then answers that there is no router, as most instances do; 404 before 19",
    ),
    ...partial("POST", "/jobs/request", "jobs in order of age: no fair scheduling between projects"),
    ...full("PUT", "/jobs/:id"),
    ...full("PATCH", "/jobs/:id/trace"),
    ...partial("POST", "/jobs/:id/artifacts", "keeps archives and reports; nothing reads a report"),
    ...full("GET", "/jobs/:id/artifacts"),
    ...partial("GET", "/projects/:id/jobs", "offset pagination only"),
    ...full("GET", "/projects/:id/jobs/:job_id", "/projects/:id/jobs/:job_id/trace"),
    ...full("POST", "/projects/:id/jobs/:job_id/cancel", "/projects/:id/jobs/:job_id/play"),
    ...full("GET", "/projects/:id/job_token_scope"),
    ...full("PATCH", "/projects/:id/job_token_scope"),
    ...full("GET", "/projects/:id/job_token_scope/allowlist", "/projects/:id/job_token_scope/groups_allowlist"),
    ...full("POST", "/projects/:id/job_token_scope/allowlist", "/projects/:id/job_token_scope/groups_allowlist"),
    ...full(
        "DELETE",
        "/projects/:id/job_token_scope/allowlist/:target_project_id",
        "/projects/:id/job_token_scope/groups_allowlist/:target_group_id",
    ),
    ...partial("GET", "/projects/:id", "fields of features that the sandbox does not have"),
    ...partial("GET", "/projects", "filters by topic, language, activity"),
    ...partial("POST", "/projects", "attributes that the sandbox knows"),
    ...partial("PUT", "/projects/:id", "attributes that the sandbox knows"),
    ...partial("DELETE", "/projects/:id", "marked projects are not removed when their time has come"),
    ...full("POST", "/projects/:id/share"),
    ...full("DELETE", "/projects/:id/share/:group_id"),
    ...partial("GET", "/groups/:id", "fields of features that the sandbox does not have"),
    ...partial("GET", "/groups", "filters by custom attributes and statistics"),
    ...partial("GET", "/groups/:id/subgroups", "filters by custom attributes and statistics"),
    ...partial("GET", "/groups/:id/projects", "filters by topic, language, activity"),
    ...partial("POST", "/groups", "attributes that the sandbox knows"),
    ...partial("PUT", "/groups/:id", "attributes that the sandbox knows"),
    ...partial("DELETE", "/groups/:id", "marked groups are not removed when their time has come"),
    ...partial("GET", "/namespaces/:id", "counts of members, projects and storage"),
    ...(["projects", "groups"] as const).flatMap((kind) => [
        ...full("GET", `/${kind}/:id/members`, `/${kind}/:id/members/:user_id`),
        ...full("GET", `/${kind}/:id/members/all`),
        ...partial("POST", `/${kind}/:id/members`, "one user at a time, by id, without expiry"),
    ]),
    ...partial("GET", "/users", "public fields only"),
    ...partial("GET", "/users/:id", "public fields only"),
    ...full("GET", "/projects/:id/repository/files/:file_path", "/projects/:id/repository/files/:file_path/raw"),
    ...partial("GET", "/projects/:id/merge_requests/:merge_request_iid", "fields that nobody here reads"),
    ...partial("GET", "/projects/:id/repository/commits/:sha/merge_requests", "by head and merge commit only"),
    ...full("GET", "/projects/:id/merge_requests/:merge_request_iid/notes"),
    ...full("POST", "/projects/:id/merge_requests/:merge_request_iid/notes"),
    ...full("PUT", "/projects/:id/merge_requests/:merge_request_iid/notes/:note_id"),
    ...full("DELETE", "/projects/:id/merge_requests/:merge_request_iid/notes/:note_id"),
    ...partial("GET", "/projects/:id/issues", "filters by state, labels and author only"),
    ...partial("POST", "/projects/:id/issues", "title, description and labels only"),
    ...partial("PUT", "/projects/:id/issues/:issue_iid", "title, description, labels and state only"),
    ...partial("GET", "/projects/:id/repository/tree", "offset pagination only"),
    ...partial("GET", "/projects/:id/ci/lint", "includes from local files and projects; jobs are hardly checked"),
    ...partial("POST", "/projects/:id/ci/lint", "includes from local files and projects; jobs are hardly checked"),
];
