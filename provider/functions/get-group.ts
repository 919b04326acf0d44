import { encodeId } from "../../gitlab/client";
import type { Group } from "../../gitlab/types";
import type { FunctionHandler } from "../handler";
import gitlabSchema from "../schema/gitlab.json";
import { present } from "./present";

/** One group, by `groupId` or by `fullPath`. https://docs.gitlab.com/api/groups/#get-a-single-group */
export const getGroup: FunctionHandler = {
    secrets: ["runnersToken"],

    async invoke({ gitlab }, { groupId, fullPath }) {
        const given = [groupId, fullPath].filter((value) => value !== undefined && value !== null && value !== "");
        if (given.length !== 1) {
            throw new Error(`getGroup: exactly one of groupId and fullPath must be set (got ${given.length}).`);
        }
        const which = String(given[0]);
        const load = () => gitlab.get<Group>(`/groups/${encodeId(which)}`, { with_projects: false });
        const group = await gitlab.shared.get(`group/${which}`, load);
        return present(gitlabSchema, "gitlab:index/getGroup:getGroup", group, {
            id: String(group.id),
            groupId: group.id,
            visibilityLevel: group.visibility,
        });
    },
};
