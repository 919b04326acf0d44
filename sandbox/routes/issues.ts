/** Issues. https://docs.gitlab.com/api/issues/ */
import { hasProjectRole, projectFor } from "../access";
import type { Api, Call } from "../http/api";
import { badRequest, forbidden, notFound } from "../http/errors";
import { p } from "../http/params";
import { presentUserBasic, time } from "../present/common";
import type { Issue, Project } from "../store/entities";

export function issueRoutes(api: Api): void {
    const filters = {
        state: p.string(),
        labels: p.csv(),
        author_id: p.integer(),
        order_by: p.string(),
        sort: p.string(),
    };
    api.get("/projects/:id/issues", { params: filters }, (call) => {
        const { state, labels, author_id, sort } = call.params;
        const found = call.db.issues.find("project", projectFor(call).id).filter((one) => {
            if (state && state !== "all" && one.state !== state) return false;
            if (author_id && one.authorId !== author_id) return false;
            return (labels ?? []).every((label) => one.labels.includes(label));
        });
        return call.page(sort === "asc" ? found : [...found].reverse(), (one) => present(call, one));
    });

    const fields = { title: p.string(), description: p.string(), labels: p.csv(), state_event: p.string() };
    api.post("/projects/:id/issues", { params: { ...fields, title: p.string().required() } }, (call) => {
        const { db, params } = call;
        const project = projectFor(call);
        requireWriter(call, project, "guest");
        if (!params.title) throw badRequest("title is empty");
        const now = db.now();
        const issue = db.issues.insert({
            projectId: project.id,
            iid: db.issues.find("project", project.id).length + 1,
            title: params.title,
            description: params.description ?? null,
            labels: params.labels ?? [],
            state: "opened",
            authorId: call.user.id,
            createdAt: now,
            updatedAt: now,
        });
        return present(call, issue);
    });

    api.put("/projects/:id/issues/:issue_iid", { params: fields }, (call) => {
        const { db, params } = call;
        const project = projectFor(call);
        const issue = db.issues.find("project", project.id).find((one) => one.iid === Number(call.path("issue_iid")));
        if (!issue) throw notFound("Issue");
        if (issue.authorId !== call.user.id) requireWriter(call, project, "planner");
        return present(
            call,
            db.issues.update(issue.id, {
                ...(params.title ? { title: params.title } : {}),
                ...(call.has("description") ? { description: params.description ?? null } : {}),
                ...(params.labels ? { labels: params.labels } : {}),
                ...(params.state_event === "close" ? { state: "closed" as const } : {}),
                ...(params.state_event === "reopen" ? { state: "opened" as const } : {}),
                updatedAt: db.now(),
            }),
        );
    });
}

function requireWriter(call: Call, project: Project, role: "guest" | "planner"): void {
    if (!hasProjectRole(call.db, call.identity, project, role)) throw forbidden();
}

function present(call: Call, one: Issue): Record<string, unknown> {
    return {
        id: one.id,
        iid: one.iid,
        project_id: one.projectId,
        title: one.title,
        description: one.description,
        labels: one.labels,
        state: one.state,
        author: presentUserBasic(call.db, call.db.users.must(one.authorId)),
        created_at: time(one.createdAt),
        updated_at: time(one.updatedAt),
    };
}
