/** Groups. https://docs.gitlab.com/api/groups/ */
import { canReadProject, groupFor, hasGroupRole } from "../access";
import type { Api } from "../http/api";
import { p } from "../http/params";
import { presentGroup, presentProject } from "../present/projects";

export function groupRoutes(api: Api): void {
    const params = { with_projects: p.boolean().default(true) };
    api.get("/groups/:id", { auth: "optional", limit: "group", params }, (call) => {
        const { db, identity } = call;
        const group = groupFor(call);
        const answer = presentGroup(db, group);
        if (hasGroupRole(db, identity, group.id, "owner")) answer.runners_token = group.runnersToken;
        if (!call.params.with_projects) return answer;
        const projects = db.projects.find("group", group.id).filter((project) => canReadProject(db, identity, project));
        return { ...answer, projects: projects.slice(0, 100).map((project) => presentProject(call, project)) };
    });
}
