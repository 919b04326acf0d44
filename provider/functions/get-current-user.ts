import type { GitLab } from "../../gitlab/client";
import { isRefusal } from "../../gitlab/runner-list";
import { fromGid } from "../../gitlab/runners";
import type { FunctionHandler } from "../handler";
import gitlabSchema from "../schema/gitlab.json";
import { present } from "./present";

interface CurrentUser {
    id: string;
    username: string;
    name: string;
    bot: boolean;
    publicEmail: string | null;
    groupCount: number | null;
    namespace: { id: string } | null;
}

/** Whose token it is. https://docs.gitlab.com/api/graphql/reference/#querycurrentuser */
export const getCurrentUser: FunctionHandler = {
    secrets: [],

    async invoke({ gitlab }) {
        const user = await gitlab.shared.get("currentUser", () => readCurrentUser(gitlab));
        return present(gitlabSchema, "gitlab:index/getCurrentUser:getCurrentUser", user, {
            id: String(fromGid(user.id)),
            globalId: user.id,
            namespaceId: user.namespace === null ? "" : String(fromGid(user.namespace.id)),
            globalNamespaceId: user.namespace?.id,
        });
    },
};

/** REST knows less, but answers tokens that may not use GraphQL. */
async function readCurrentUser(gitlab: GitLab): Promise<CurrentUser> {
    try {
        const { currentUser } = await gitlab.graphql<{ currentUser: CurrentUser | null }>(
            "{ currentUser { id username name bot publicEmail groupCount namespace { id } } }",
            {},
        );
        if (currentUser !== null) {
            return currentUser;
        }
    } catch (error) {
        if (!isRefusal(error)) {
            throw error;
        }
    }
    const user = await gitlab.get<{ id: number; username: string; name: string; bot?: boolean; public_email?: string }>(
        "/user",
    );
    return {
        ...user,
        id: `gid://gitlab/User/${user.id}`,
        bot: user.bot === true,
        publicEmail: user.public_email ?? null,
        groupCount: null,
        namespace: null,
    };
}
