/** Job-token scope and allowlists. https://docs.gitlab.com/api/project_job_token_scopes/ */
import { canReadGroup, canReadProject, projectFor } from "../access";
import type { Api, Call } from "../http/api";
import { badRequest, forbidden, notFound } from "../http/errors";
import { p } from "../http/params";
import { addGroupLink, addProjectLink, inboundEnabled, LINK_TEXTS } from "../job-token-links";
import { presentGroupBasic } from "../present/common";
import { presentProjectBasic } from "../present/projects";
import type { Project } from "../store/entities";

const id = p.integer().required();
const target = p.integer().required().filled();
const ENFORCED =
    "Job token scope cannot be disabled for this project because it is enforced for the instance. " +
    "Contact your administrator to modify this setting.";

export function jobTokenScopeRoutes(api: Api): void {
    api.get("/projects/:id/job_token_scope", {}, (call) => {
        const project = projectFor(call, "maintainer");
        return {
            inbound_enabled: inboundEnabled(call.db, project),
            outbound_enabled: project.outboundJobTokenScopeEnabled,
        };
    });

    const params = { enabled: p.boolean().required().filled() };
    api.patch("/projects/:id/job_token_scope", { params, status: 204 }, (call) => {
        const project = projectFor(call, "maintainer");
        const refused = !call.params.enabled && call.db.settings.enforceInboundJobTokenScope;
        if (refused && call.version === 19) throw badRequest(ENFORCED);
        // Older versions answer 204 here without a change.
        if (!refused) call.db.projects.update(project.id, { inboundJobTokenScopeEnabled: call.params.enabled });
    });

    projectAllowlistRoutes(api);
    groupAllowlistRoutes(api);
}

function projectAllowlistRoutes(api: Api): void {
    api.get("/projects/:id/job_token_scope/allowlist", {}, (call) => {
        const { db } = call;
        const project = projectFor(call, "maintainer");
        const links = db.projectLinks.find("source", `inbound:${project.id}`);
        const listed = [project, ...links.map((link) => db.projects.must(link.targetId))];
        listed.sort((a, b) => a.id - b.id);
        return call.page(listed, (one) => presentProjectBasic(db, one));
    });

    api.post("/projects/:id/job_token_scope/allowlist", { params: { id, target_project_id: target } }, (call) => {
        const { db, user } = call;
        const source = projectFor(call, "maintainer");
        const entry = db.projects.get(call.params.target_project_id);
        if (!entry) throw notFound("target_project_id not found");
        if (!canReadProject(db, call.identity, entry)) throw badRequest(LINK_TEXTS.unreadable("target_project"));
        const problem = addProjectLink(db, { sourceId: source.id, targetId: entry.id, addedById: user.id });
        if (problem) throw badRequest(problem);
        return { source_project_id: source.id, target_project_id: entry.id };
    });

    const removal = { id, target_project_id: p.integer().required() };
    api.delete("/projects/:id/job_token_scope/allowlist/:target_project_id", { params: removal }, (call) => {
        const { db } = call;
        const source = editable(call);
        const entry = db.projects.get(call.params.target_project_id);
        // Before 19, the target had to be visible to the caller.
        if (!entry || (db.version < 19 && !canReadProject(db, call.identity, entry))) throw notFound("Project");
        if (entry.id === source.id) throw badRequest("Source project cannot be removed from the job token scope");
        const link = db.projectLinks.first("pair", `inbound:${source.id}:${entry.id}`);
        if (!link) throw badRequest("Target project is not in the job token scope");
        db.projectLinks.delete(link.id);
    });
}

function groupAllowlistRoutes(api: Api): void {
    api.get("/projects/:id/job_token_scope/groups_allowlist", {}, (call) => {
        const { db } = call;
        const project = projectFor(call, "maintainer");
        const groups = db.groupLinks.find("source", project.id).map((link) => db.groups.must(link.targetId));
        groups.sort((a, b) => a.id - b.id);
        return call.page(groups, (group) => presentGroupBasic(db, group));
    });

    const addition = { id, target_group_id: target };
    api.post("/projects/:id/job_token_scope/groups_allowlist", { params: addition }, (call) => {
        const { db, user } = call;
        const source = projectFor(call, "maintainer");
        const entry = db.groups.get(call.params.target_group_id);
        if (!entry) throw notFound("target_group_id not found");
        if (!canReadGroup(db, call.identity, entry)) throw badRequest(LINK_TEXTS.unreadable("target_group"));
        const problem = addGroupLink(db, { sourceId: source.id, targetId: entry.id, addedById: user.id });
        if (problem) throw badRequest(problem);
        return { source_project_id: source.id, target_group_id: entry.id };
    });

    const removal = { id, target_group_id: p.integer().required() };
    api.delete("/projects/:id/job_token_scope/groups_allowlist/:target_group_id", { params: removal }, (call) => {
        const { db } = call;
        const source = editable(call);
        const entry = db.groups.get(call.params.target_group_id);
        if (!entry || (db.version < 19 && !canReadGroup(db, call.identity, entry))) throw notFound("Group");
        const link = db.groupLinks.first("pair", `${source.id}:${entry.id}`);
        if (!link) throw badRequest("Target group is not in the job token scope");
        db.groupLinks.delete(link.id);
    });
}

/** The usual checks, except that an archived project's scope cannot be edited. */
function editable(call: Call): Project {
    const project = projectFor(call, "maintainer");
    if (project.archived) throw forbidden("Insufficient permissions to modify the job token scope");
    return project;
}
