import type { Seed } from "../../../../sandbox";

/** A group with a subgroup and projects, and two tokens of its owner. */
export const GROUP_AND_SUBGROUP: Seed = {
    users: [{ username: "olga" }],
    groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/sub" }],
    projects: [{ path: "apps/etl" }, { path: "apps/web" }],
    tokens: [
        { name: "api", user: "olga", scopes: ["api"] },
        { name: "read", user: "olga", scopes: ["read_api"] },
    ],
};
