import type { Seed } from "../../../../sandbox";

/** A group, two projects in it, and a token of its owner. */
export const GROUP_AND_PROJECTS: Seed = {
    users: [{ username: "olga" }],
    groups: [{ path: "apps", members: { olga: "owner" } }],
    projects: [{ path: "apps/etl" }, { path: "apps/web" }],
    tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
};
