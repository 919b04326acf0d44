import { expect } from "chai";
import { type Made, NOBODYS_TOKEN, staysInside } from "./guard";

describe("the guard of the acceptance tests", () => {
    const made: Made = {
        scratch: 1,
        groups: new Set([2]),
        projects: new Set([3]),
        runners: new Set([4]),
        tokens: new Set(["glrt-ours"]),
        paths: new Set(["scratch/a/b"]),
    };
    const mutation = (input: object) => ({
        query: "mutation($input: X!) { x(input: $input) { errors } }",
        variables: { input },
    });

    const INSIDE: [string, string, Record<string, unknown>?][] = [
        ["GET", "/projects/99"],
        ["POST", "/groups", { parent_id: 1 }],
        ["POST", "/groups", { parent_id: 2 }],
        ["POST", "/projects", { namespace_id: 2 }],
        ["POST", "/user/runners", { group_id: 2 }],
        ["POST", "/user/runners", { project_id: 3 }],
        ["DELETE", "/groups/2?permanently_remove=true&full_path=a"],
        ["PUT", "/projects/3", { path: "b" }],
        ["DELETE", "/projects/3/job_token_scope/allowlist/99"],
        ["POST", "/runners/4/reset_authentication_token", {}],
        ["POST", "/runners/verify", { token: "glrt-ours" }],
        ["DELETE", "/runners/managers", { token: `${NOBODYS_TOKEN}1` }],
        ["POST", "/api/graphql", { query: "{ currentUser { id } }" }],
        ["POST", "/api/graphql", mutation({ projectPath: "scratch/a/b" })],
    ];
    const OUTSIDE: typeof INSIDE = [
        ["POST", "/groups", {}],
        ["POST", "/groups", { parent_id: 99 }],
        // The scratch group itself holds nothing of ours but groups, and stays as it is.
        ["POST", "/projects", { namespace_id: 1 }],
        ["PUT", "/groups/1", { name: "other" }],
        ["DELETE", "/groups/1"],
        ["POST", "/user/runners", { group_id: 1 }],
        ["POST", "/user/runners", { runner_type: "instance_type" }],
        ["PUT", "/runners/99", { paused: true }],
        ["DELETE", "/runners", { token: "glrt-ours" }],
        ["DELETE", "/runners/managers", { token: "glrt-theirs" }],
        ["PUT", "/projects/scratch%2Fa", { path: "b" }],
        ["PUT", "/projects/3/transfer", { namespace: "other" }],
        ["POST", "/groups/2/members", { user_id: 1 }],
        ["PUT", "/application/settings", {}],
        ["DELETE", "/users/5"],
        ["POST", "/-/sandbox/reset"],
        ["POST", "/api/graphql", mutation({ projectPath: "other/project" })],
        ["POST", "/api/graphql", { query: "mutation { runnerDelete(input: { id: 1 }) { errors } }" }],
    ];

    for (const [method, path, body] of INSIDE)
        it(`lets through ${method} ${path} ${JSON.stringify(body ?? {})}`, () => {
            expect(staysInside(made, { method, path, body })).to.equal(true);
        });
    for (const [method, path, body] of OUTSIDE)
        it(`keeps back ${method} ${path} ${JSON.stringify(body ?? {})}`, () => {
            expect(staysInside(made, { method, path, body })).to.equal(false);
        });
});
