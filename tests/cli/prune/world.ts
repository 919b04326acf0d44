import { addRunner, DAY, HOUR, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../helpers";

/** The identity of the stacks' states. */
export const IDENTITY = "k7w2m9";

/** A runner that is in use. */
export const HEARD = { contactedAt: Date.now() - HOUR, createdAt: Date.now() - 30 * DAY };

/** What `pulumi stack export` writes for a stack of project fleet with one runner. */
export function stateOf(stack: string, id: number, identity = IDENTITY): string {
    return JSON.stringify({
        deployment: {
            resources: [
                {
                    urn: `urn:pulumi:${stack}::fleet::pulumi:pulumi:Stack::fleet-${stack}`,
                    type: "pulumi:pulumi:Stack",
                },
                {
                    urn: `urn:pulumi:${stack}::fleet::gitlab-fleet:index:StackIdentity::identity`,
                    type: "gitlab-fleet:index:StackIdentity",
                    id: identity,
                },
                {
                    urn: `urn:pulumi:${stack}::fleet::gitlab-fleet:index:Runner$gitlab:index/userRunner:UserRunner::a`,
                    type: "gitlab:index/userRunner:UserRunner",
                    id: String(id),
                },
            ],
        },
    });
}

/** A GitLab with a group and a project below it, and the command; as new for each test. */
export function runnersToPrune() {
    let sandbox: Sandbox;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [{ path: "apps/etl" }],
                tokens: [{ name: "olga", user: "olga", scopes: ["api"] }],
            },
        });
    });
    beforeEach(() => sandbox.reset());
    after(() => sandbox.close());

    const add = (description: string, more: object = {}, projects: number[] = []) =>
        addRunner(
            sandbox.db,
            {
                runnerType: "group_type",
                groupId: sandbox.db.groups.all()[0]!.id,
                description,
                createdAt: sandbox.clock.now() - 30 * DAY,
                ...more,
            },
            projects,
        ).id;
    const prune = (argv: string[], input?: string) =>
        runCli(["prune", ...argv], {
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
            input,
        });
    const left = () => sandbox.db.runners.all().map(({ id }) => id);

    return {
        add,
        prune,
        left,
        get sandbox() {
            return sandbox;
        },
    };
}
