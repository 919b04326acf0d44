/** CI configuration: checked and merged. https://docs.gitlab.com/api/lint/ */
import { hasProjectRole, projectFor } from "../access";
import { lintConfig } from "../ci/lint";
import type { Api } from "../http/api";
import { forbidden } from "../http/errors";
import { p } from "../http/params";
import { refOf } from "./repository";

export function ciLintRoutes(api: Api): void {
    const options = {
        content_ref: p.string(),
        sha: p.string(),
        dry_run: p.boolean(),
        include_jobs: p.boolean(),
        ref: p.string(),
    };

    api.get("/projects/:id/ci/lint", { params: options }, (call) => {
        const { db, identity, params } = call;
        const project = projectFor(call);
        if (project.visibility === "private" && !hasProjectRole(db, identity, project, "reporter")) throw forbidden();
        const ref = refOf(project, params.content_ref ?? params.sha);
        const path = project.ciConfigPath ?? ".gitlab-ci.yml";
        const content = db.files.first("file", `${project.id}:${ref}:${path}`)?.content;
        return lintConfig(db, identity, project, ref, content, params.include_jobs ?? false);
    });

    api.post(
        "/projects/:id/ci/lint",
        { params: { ...options, content: p.string().required() }, status: 200 },
        (call) => {
            const { db, identity, params } = call;
            const project = projectFor(call, "developer");
            return lintConfig(
                db,
                identity,
                project,
                refOf(project, params.ref),
                params.content,
                params.include_jobs ?? false,
            );
        },
    );
}
