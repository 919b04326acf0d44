/** Projects shared with groups. https://docs.gitlab.com/api/projects/#share-a-project-with-a-group */
import { canReadGroup, projectFor } from "../access";
import type { Api } from "../http/api";
import { messageError, notFound } from "../http/errors";
import { p } from "../http/params";
import { day } from "../present/common";

const LEVELS = [10, 15, 20, 30, 40, 50];

export function projectShareRoutes(api: Api): void {
    const params = {
        group_id: p.integer().required(),
        group_access: p.integer().required(),
        expires_at: p.timestamp(),
    };
    api.post("/projects/:id/share", { params }, (call) => {
        const { db, params } = call;
        const project = projectFor(call, "maintainer");
        const group = db.groups.get(params.group_id);
        if (!group || !canReadGroup(db, call.identity, group)) throw notFound("Group");
        if (!LEVELS.includes(params.group_access)) {
            throw messageError(400, { group_access: ["is not included in the list"] });
        }
        if (db.lineage(project.groupId).some(({ id }) => id === group.id)) {
            throw messageError(409, "Project cannot be shared with the group it is in or one of its ancestors.");
        }
        const shares = db.projectShares.find("project", project.id);
        if (shares.some((share) => share.groupId === group.id)) {
            throw messageError(409, "Group already shared with this group");
        }
        const share = db.projectShares.insert({
            projectId: project.id,
            groupId: group.id,
            accessLevel: params.group_access,
            expiresAt: params.expires_at ?? null,
        });
        return {
            id: share.id,
            project_id: project.id,
            group_id: group.id,
            group_access: share.accessLevel,
            expires_at: day(share.expiresAt),
        };
    });

    api.delete("/projects/:id/share/:group_id", { params: { group_id: params.group_id } }, (call) => {
        const { db } = call;
        const project = projectFor(call, "maintainer");
        const share = db.projectShares.find("project", project.id).find((one) => one.groupId === call.params.group_id);
        if (!share) throw notFound("Group Link");
        db.projectShares.delete(share.id);
    });
}
