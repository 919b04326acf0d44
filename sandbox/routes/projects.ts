/** Projects. https://docs.gitlab.com/api/projects/ */
import { projectFor } from "../access";
import type { Api } from "../http/api";
import { presentProject } from "../present/projects";

export function projectRoutes(api: Api): void {
    api.get("/projects/:id", { auth: "optional", limit: "project" }, (call) => presentProject(call, projectFor(call)));
}
