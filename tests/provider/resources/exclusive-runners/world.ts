import { addRunner, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";

export const TYPE = "ExclusiveRunners";
export const OWNER = "fleet/prod";
export const IDENTITY = "k7m2x9pq4w";
export const marker = (name: string, owner = `${OWNER}#${IDENTITY}`) => `managed-by: gitlab-fleet ${owner}/${name}`;

/** A GitLab with a group, and the plugin logged in there, anew for each test. */
export function groupWithRunners() {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let group: number;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/sub" }],
                projects: [{ path: "apps/etl" }, { path: "apps/web" }],
                tokens: [
                    { name: "api", user: "olga", scopes: ["api"] },
                    { name: "read", user: "olga", scopes: ["read_api"] },
                ],
            },
        });
        group = sandbox.db.groups.all()[0]!.id;
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const runner = (
        description: string,
        more: Partial<Parameters<typeof addRunner>[1]> = {},
        projects: number[] = [],
    ) => addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description, ...more }, projects).id;
    const inputs = (more: object = {}) => ({
        owner: OWNER,
        identity: IDENTITY,
        runnerType: "group_type",
        groupId: group,
        runners: {},
        claim: { descriptions: ["my-*"] },
        ...more,
    });
    const ids = () => sandbox.db.runners.all().map(({ id }) => id);
    return {
        runner,
        inputs,
        ids,
        get sandbox() {
            return sandbox;
        },
        get plugin() {
            return plugin;
        },
        get group() {
            return group;
        },
    };
}
