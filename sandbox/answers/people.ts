/** Users, their tokens and memberships. */
import type { Answers, Entities, Fields } from "./fields";

const USER_BASIC: Fields = {
    id: "int",
    username: "text",
    public_email: "text|null",
    name: "text",
    state: "text",
    locked: "bool",
    avatar_url: "text|null",
    web_url: "text",
};

export const entities: Entities = {
    UserBasic: USER_BASIC,
    UserInList: { ...USER_BASIC, "email?": "text" },
    UserPublic: { ...USER_BASIC, created_at: "time", bot: "bool" },
    CurrentUser: {
        ...USER_BASIC,
        created_at: "time",
        bot: "bool",
        email: "text",
        external: "bool",
        "is_admin?": "bool",
    },
    Member: {
        ...USER_BASIC,
        access_level: "int",
        created_at: "time",
        expires_at: "day|null",
        membership_state: "text",
    },
    AccessToken: {
        id: "int",
        name: "text",
        revoked: "bool",
        created_at: "time",
        description: "text|null",
        scopes: "text[]",
        user_id: "int",
        last_used_at: "time|null",
        active: "bool",
        expires_at: "day|null",
        "granular?": "bool",
        "last_used_ips?": "text[]",
    },
};

export const answers: Answers = {
    "GET /user": "CurrentUser",
    "GET /personal_access_tokens/self": "AccessToken",
    "GET /users": "UserInList[]",
    "GET /users/:id": "UserPublic",
    ...members("projects"),
    ...members("groups"),
};

function members(kind: string): Answers {
    return {
        [`GET /${kind}/:id/members`]: "Member[]",
        [`GET /${kind}/:id/members/:user_id`]: "Member",
        [`GET /${kind}/:id/members/all`]: "Member[]",
        [`POST /${kind}/:id/members`]: "Member",
    };
}
