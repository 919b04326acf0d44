import { ANSWERS } from "./answers/table";
import type { Method } from "./http/api";

/** How completely the sandbox implements one endpoint of GitLab. */
export interface Coverage {
    method: Method;
    /** Path below `/api/v4`. */
    path: string;
    /** `full`: answers as `docs/sandbox.md` describes GitLab; `partial`: `note` says what is missing. */
    state: "full" | "partial";
    note?: string;
}

/** What is missing in the endpoints that do not answer exactly as GitLab; all others do. */
export const MISSING: Readonly<Record<string, string>> = {
    "GET /user": "profile fields that nobody here reads",
    "GET /application/settings": "only settings about runners and job tokens",
    "PUT /application/settings": "only settings about runners and job tokens",
    "GET /runners/router/discovery":
        "checks the runner's token, then answers that there is no router, as most instances do; 404 before 19",
    "POST /jobs/request": "jobs in order of age: no fair scheduling between projects",
    "POST /jobs/:id/artifacts": "keeps archives and reports; nothing reads a report",
    "GET /projects/:id/jobs": "offset pagination only",
    "GET /projects/:id": "fields of features that the sandbox does not have",
    "GET /projects": "filters by topic, language, activity",
    "POST /projects": "attributes that the sandbox knows",
    "PUT /projects/:id": "attributes that the sandbox knows",
    "DELETE /projects/:id": "marked projects are not removed when their time has come",
    "GET /groups/:id": "fields of features that the sandbox does not have",
    "GET /groups": "filters by custom attributes and statistics",
    "GET /groups/:id/subgroups": "filters by custom attributes and statistics",
    "GET /groups/:id/projects": "filters by topic, language, activity",
    "POST /groups": "attributes that the sandbox knows",
    "PUT /groups/:id": "attributes that the sandbox knows",
    "DELETE /groups/:id": "marked groups are not removed when their time has come",
    "GET /namespaces/:id": "counts of members, projects and storage",
    "GET /users": "public fields only",
    "GET /users/:id": "public fields only",
    "GET /projects/:id/merge_requests/:merge_request_iid": "fields that nobody here reads",
    "GET /projects/:id/repository/commits/:sha/merge_requests": "by head and merge commit only",
    "GET /projects/:id/issues": "filters by state, labels and author only",
    "POST /projects/:id/issues": "title, description and labels only",
    "PUT /projects/:id/issues/:issue_iid": "title, description, labels and state only",
    "GET /projects/:id/repository/tree": "offset pagination only",
    "GET /projects/:id/ci/lint": "includes from local files and projects; jobs are hardly checked",
    "POST /projects/:id/ci/lint": "includes from local files and projects; jobs are hardly checked",
    "POST /projects/:id/members": "one user at a time, by id, without expiry",
    "POST /groups/:id/members": "one user at a time, by id, without expiry",
};

/** Every REST endpoint of the sandbox. A test compares it with the registered routes, both ways. */
export const COVERAGE: readonly Coverage[] = Object.keys(ANSWERS).map((route) => {
    const [method, path] = route.split(" ") as [Method, string];
    const note = MISSING[route];
    return note === undefined ? { method, path, state: "full" } : { method, path, state: "partial", note };
});
