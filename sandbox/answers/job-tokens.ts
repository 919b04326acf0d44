/** Job-token allowlists. */
import type { Answers, Entities } from "./fields";

export const entities: Entities = {
    GroupBasic: { id: "int", web_url: "text", name: "text" },
    JobTokenScope: { inbound_enabled: "bool", outbound_enabled: "bool" },
    ProjectLink: { source_project_id: "int", target_project_id: "int" },
    GroupLink: { source_project_id: "int", target_group_id: "int" },
};

export const answers: Answers = {
    "GET /projects/:id/job_token_scope": "JobTokenScope",
    "PATCH /projects/:id/job_token_scope": "none",
    "GET /projects/:id/job_token_scope/allowlist": "ProjectBasic[]",
    "POST /projects/:id/job_token_scope/allowlist": "ProjectLink",
    "DELETE /projects/:id/job_token_scope/allowlist/:target_project_id": "none",
    "GET /projects/:id/job_token_scope/groups_allowlist": "GroupBasic[]",
    "POST /projects/:id/job_token_scope/groups_allowlist": "GroupLink",
    "DELETE /projects/:id/job_token_scope/groups_allowlist/:target_group_id": "none",
};
