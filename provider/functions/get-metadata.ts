import type { FunctionHandler } from "../handler";
import gitlabSchema from "../schema/gitlab.json";
import { present } from "./present";

/** Version of GitLab. https://docs.gitlab.com/api/metadata/ */
export const getMetadata: FunctionHandler = {
    secrets: [],

    async invoke({ gitlab }) {
        const metadata = await gitlab.shared.get("metadata", () => gitlab.get<object>("/metadata"));
        return present(gitlabSchema, "gitlab:index/getMetadata:getMetadata", metadata, { id: "1" });
    },
};
