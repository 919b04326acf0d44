import { expect } from "chai";
import { packages } from "../../provider/packages";
import { addManager, addRunner, type Sandbox, startSandbox } from "../../sandbox";
import { type Plugin, startPlugin } from "../helpers/plugin";
import { rejection } from "../helpers/rejection";

/** How each type is imported: its id here, or what the refusal says. The engine itself does some of them in an e2e test. */
const TYPES: Record<string, { id?: string; refused?: string }> = {
    UserRunner: { id: "1" },
    ProjectJobTokenScopes: { id: "1" },
    ProjectJobTokenScope: { id: "1:2" },
    ProjectShareGroup: { id: "1:2" },
    RunnerToken: { id: "1" },
    ManagerOnline: { id: "1/r_abcdefgh1234" },
    JobTokenPolicies: { id: "1" },
    // ManagerFiles has its own test, with a directory.
    ManagerFiles: { id: "/nowhere/gitlab-runner" },
    StackIdentity: { refused: "nothing of it exists outside" },
    ExclusiveRunners: { refused: "Declare it and run" },
    AllowlistBackup: { refused: "only its own state knows" },
    DockerEngine: { refused: "Declare the manager" },
    ManagerPlace: { refused: "Declare the manager" },
    HostService: { refused: "Declare the manager" },
    DockerPlace: { refused: "Declare the manager" },
    ManagerVolume: { refused: "declare the manager" },
    KubernetesPlace: { refused: "Declare the manager" },
    ManagerPod: { refused: "Declare the manager" },
    ConfigLoaded: { refused: "Declare the manager" },
    CacheVolumes: { refused: "Declare the manager" },
};

async function expectImport(plugin: Plugin, type: string, { id, refused }: (typeof TYPES)[string]): Promise<void> {
    if (refused !== undefined) {
        const { message } = await rejection(plugin.read(type, "whatever"));
        expect(message, type).to.contain("cannot be imported").and.contain(refused);
        return;
    }
    const found = await plugin.read(type, id!);
    if (type === "ManagerFiles") {
        expect(found, type).to.equal(undefined);
        return;
    }
    // What was imported as it is has no difference to the inputs that go with it, but for a token.
    const { state, inputs } = found!;
    const { detailed } = await plugin.diff(type, found!.id, state, inputs, inputs);
    expect(Object.keys(detailed), type).to.deep.equal(type === "RunnerToken" ? ["token"] : []);
}

describe("pulumi import", () => {
    let sandbox: Sandbox;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [
                    { path: "apps", members: { olga: "owner" } },
                    { path: "ops", members: { olga: "owner" } },
                ],
                projects: [
                    {
                        path: "apps/etl",
                        jobTokenScope: { enabled: true, projects: ["apps/web"] },
                        sharedWith: [{ group: "ops", role: "reporter" }],
                    },
                    { path: "apps/web" },
                ],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        const { id } = addRunner(sandbox.db, { runnerType: "group_type", groupId: 1, description: "old" });
        addManager(sandbox.db, { runnerId: id, systemId: "r_abcdefgh1234", contactedAt: sandbox.clock.now() });
    });
    after(() => sandbox.close());

    it("knows of every resource type, and either imports it or says what to do instead", async () => {
        for (const [name, pack] of Object.entries(packages)) {
            const config = { baseUrl: sandbox.url, token: sandbox.tokens.api };
            const plugin = await startPlugin(name as "gitlab", config);
            try {
                for (const token of Object.keys(pack.resources)) {
                    const type = token.slice(token.lastIndexOf(":") + 1);
                    expect(TYPES, "the table of this test").to.have.property(type);
                    await expectImport(plugin, type, TYPES[type]!);
                }
            } finally {
                await plugin.close();
            }
        }
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("finds nothing where GitLab has none, whichever type it is", async () => {
        const ids = {
            UserRunner: "99",
            ProjectJobTokenScopes: "99",
            ProjectJobTokenScope: "99:2",
            ProjectShareGroup: "99:2",
        };
        const fleet = { RunnerToken: "99", ManagerOnline: "99/r_abcdefgh1234", JobTokenPolicies: "99" };
        for (const [name, those] of Object.entries({ gitlab: ids, "gitlab-fleet": fleet })) {
            const plugin = await startPlugin(name as "gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
            try {
                for (const [type, id] of Object.entries(those)) {
                    expect(await plugin.read(type, id), type).to.equal(undefined);
                }
            } finally {
                await plugin.close();
            }
        }
    });
});
