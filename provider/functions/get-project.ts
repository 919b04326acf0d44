import { encodeId } from "../../gitlab/client";
import type { Project } from "../../gitlab/types";
import type { FunctionHandler } from "../handler";
import gitlabSchema from "../schema/gitlab.json";
import { present } from "./present";

/** One project, by `id` or by `pathWithNamespace`. https://docs.gitlab.com/api/projects/#get-a-single-project */
export const getProject: FunctionHandler = {
    secrets: ["runnersToken"],

    async invoke({ gitlab }, { id, pathWithNamespace }) {
        const given = [id, pathWithNamespace].filter((value) => value !== undefined && value !== null && value !== "");
        if (given.length !== 1) {
            throw new Error(`getProject: exactly one of id and pathWithNamespace must be set (got ${given.length}).`);
        }
        const which = String(given[0]);
        const project = await gitlab.shared.get(`project/${which}`, () =>
            gitlab.get<Project>(`/projects/${encodeId(which)}`),
        );
        return present(gitlabSchema, "gitlab:index/getProject:getProject", project, {
            id: String(project.id),
            visibilityLevel: project.visibility,
            namespaceId: (project.namespace as { id?: number } | undefined)?.id,
            links: project._links,
            markedForDeletion: Boolean(project.marked_for_deletion_on ?? project.marked_for_deletion_at),
        });
    },
};
