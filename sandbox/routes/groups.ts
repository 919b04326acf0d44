/** Groups. https://docs.gitlab.com/api/groups/ */
import { canReadGroup, canReadProject, groupFor, groupLevel, hasGroupRole } from "../access";
import type { Api, Call } from "../http/api";
import { forbidden, messageError, notFound } from "../http/errors";
import { isBlank, p } from "../http/params";
import { presentGroup, presentProject } from "../present/projects";
import { deleteGroup } from "../store/cascade";
import type { Group } from "../store/entities";
import { addGroup, addMember, ROLES } from "../store/factory";
import { moveGroup, scheduleGroupDeletion } from "../store/moves";
import { isGroupFound } from "../store/search";
import { projectListParams, projectPage } from "./project-lists";
import { removal, removeOrMark, VISIBILITIES } from "./projects";

const listParams = {
    search: p.string(),
    owned: p.boolean(),
    top_level_only: p.boolean(),
    min_access_level: p.integer(),
    order_by: p.string().values(["name", "path", "id", "similarity"]).default("name"),
    sort: p.string().values(["asc", "desc"]).default("asc"),
};
const attributes = {
    name: p.string(),
    path: p.string(),
    description: p.string(),
    visibility: p.string().values(VISIBILITIES),
    shared_runners_setting: p.string().values(["enabled", "disabled_and_overridable", "disabled_and_unoverridable"]),
};

export function groupRoutes(api: Api): void {
    api.get("/groups", { auth: "optional", limit: "groups", params: listParams }, (call) => {
        return groupPage(call, call.db.groups.all(), "all");
    });

    api.get("/groups/:id/subgroups", { auth: "optional", params: listParams }, (call) => {
        return groupPage(call, call.db.groups.find("parent", groupFor(call).id), "below");
    });

    api.get("/groups/:id/projects", { auth: "optional", params: projectListParams }, (call) => {
        const { db, identity, params } = call;
        const group = groupFor(call);
        const groups = params.include_subgroups ? db.subtree(group.id) : [group];
        const own = groups.flatMap((one) => db.projects.find("group", one.id));
        const shared =
            params.with_shared === false
                ? []
                : db.projectShares.find("group", group.id).map((share) => db.projects.must(share.projectId));
        const all = [...new Set([...own, ...shared])];
        return projectPage(
            call,
            all.filter((project) => canReadProject(db, identity, project)),
        );
    });

    api.get(
        "/groups/:id",
        { auth: "optional", limit: "group", params: { with_projects: p.boolean().default(true) } },
        (call) => {
            const { db, identity } = call;
            const group = groupFor(call);
            const answer = presentGroup(db, group);
            if (hasGroupRole(db, identity, group.id, "owner")) answer.runners_token = group.runnersToken;
            if (!call.params.with_projects) return answer;
            const projects = db.projects
                .find("group", group.id)
                .filter((project) => canReadProject(db, identity, project));
            return { ...answer, projects: projects.slice(0, 100).map((project) => presentProject(call, project)) };
        },
    );

    const creation = {
        ...attributes,
        name: p.string().required(),
        path: p.string().required(),
        parent_id: p.integer(),
    };
    api.post("/groups", { params: creation }, (call) => {
        const { db, identity, params, user } = call;
        const parent = params.parent_id ? db.groups.get(params.parent_id) : undefined;
        if (params.parent_id && (!parent || !canReadGroup(db, identity, parent))) throw notFound("Group");
        if (parent && !hasGroupRole(db, identity, parent.id, "owner")) throw forbidden();
        const fullPath = parent ? `${parent.fullPath}/${params.path}` : params.path;
        if (db.groups.first("path", fullPath.toLowerCase())) {
            throw messageError(400, 'Failed to save group {:path=>["has already been taken"]}');
        }
        const { name, path } = params;
        const group = addGroup(db, { name, path, parentId: parent?.id ?? null });
        addMember(db, user.id, "group", group.id, ROLES.owner);
        return presentGroup(db, change(call, group));
    });

    api.put("/groups/:id", { params: attributes }, (call) => {
        const { db, params } = call;
        const group = groupFor(call, "owner");
        moveGroup(db, group.id, { path: params.path || group.path, name: params.name || group.name });
        return presentGroup(db, change(call, group));
    });

    api.delete("/groups/:id", { params: removal }, (call) => {
        return removeOrMark(call, groupFor(call, "owner"), "Group", deleteGroup, scheduleGroupDeletion);
    });
}

function change(call: Call<typeof attributes>, group: Group): Group {
    const { db, params } = call;
    return db.groups.update(group.id, {
        ...(isBlank(params.description) ? {} : { description: params.description! }),
        ...(params.visibility ? { visibility: params.visibility } : {}),
        ...(params.shared_runners_setting ? { sharedRunnersSetting: params.shared_runners_setting } : {}),
    });
}

function groupPage(call: Call<typeof listParams>, groups: readonly Group[], among: "all" | "below"): unknown[] {
    const { db, identity, params } = call;
    const level = (group: Group): number => (identity.user ? groupLevel(db, identity.user, group.id) : 0);
    const kept = groups.filter(
        (group) =>
            canReadGroup(db, identity, group) &&
            isGroupFound(group, params.search, among) &&
            (!params.owned || level(group) >= ROLES.owner) &&
            (!params.top_level_only || group.parentId === null) &&
            (!params.min_access_level || level(group) >= params.min_access_level),
    );
    const key = params.order_by === "id" || params.order_by === "similarity" ? undefined : params.order_by;
    const sign = params.sort === "asc" ? 1 : -1;
    kept.sort((a, b) => sign * ((key ? a[key].localeCompare(b[key]) : 0) || a.id - b.id));
    return call.page(kept, (group) => presentGroup(db, group));
}
