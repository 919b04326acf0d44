import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { Props } from "../../../core/props";
import { packages } from "../../../provider/packages";
import { wholeSchema } from "../../../provider/schema/whole";
import { addRunner, type Sandbox, startSandbox } from "../../../sandbox";
import { mockedOutputs } from "../../helpers/mocked-outputs";
import { type Plugin, startPlugin } from "../../helpers/plugin";

type Package = "gitlab" | "gitlab-fleet";

interface SchemaResource {
    properties?: Record<string, { type?: string; $ref?: string }>;
    inputProperties?: object;
    required?: string[];
}

/** Types whose plugin asks a Docker engine, systemd or a cluster: they are held against the schema, which end-to-end tests see at work. */
const OF_ENGINES = [
    ...["DockerEngine", "DockerPlace", "ManagerVolume", "ConfigLoaded", "CacheVolumes"],
    ...["HostService", "KubernetesPlace"],
];

describe("what mocks of Pulumi answer for our plugin", () => {
    let sandbox: Sandbox;
    let folder: string;
    const plugins = {} as Record<Package, Plugin>;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "mocked-outputs-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/sub" }],
                projects: [{ path: "apps/poetry" }, { path: "apps/etl" }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        const config = { baseUrl: sandbox.url, token: sandbox.tokens.api };
        for (const name of ["gitlab", "gitlab-fleet"] as const) plugins[name] = await startPlugin(name, config);
    });
    after(async () => {
        for (const plugin of Object.values(plugins)) await plugin.close();
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    const runner = () => {
        const row = addRunner(sandbox.db, { runnerType: "group_type", groupId: group("apps") });
        return { runnerId: String(row.id), issuedToken: row.token };
    };
    const group = (of: string) => sandbox.db.groups.all().find(({ fullPath }) => fullPath === of)!.id;
    const project = (of: string) => sandbox.db.projects.all().find(({ fullPath }) => fullPath === of)!.id;
    const CONFIG = "concurrent = 1\n";
    const SYSTEM_ID = "r_abcdefgh1234";

    /** Inputs of each type, as the components give them. */
    const INPUTS: Record<string, () => Props> = {
        UserRunner: () => ({ runnerType: "group_type", groupId: group("apps"), untagged: true }),
        ProjectJobTokenScope: () => ({ project: "apps/poetry", targetProjectId: project("apps/etl") }),
        ProjectJobTokenScopes: () => ({
            project: "apps/poetry",
            enabled: true,
            targetProjectIds: [project("apps/etl")],
            targetGroupIds: [],
        }),
        ProjectShareGroup: () => ({ project: "apps/poetry", groupId: group("apps/sub"), groupAccess: "reporter" }),
        StackIdentity: () => ({}),
        ExclusiveRunners: () => ({ owner: "demo/test", runnerType: "group_type", groupId: group("apps"), runners: {} }),
        RunnerToken: runner,
        ManagerOnline: () => {
            const { runnerId, issuedToken } = runner();
            setTimeout(() => void contact(issuedToken), 50);
            return { runnerId, systemId: SYSTEM_ID, timeout: "30s", token: issuedToken };
        },
        JobTokenPolicies: () => ({
            project: "apps/poetry",
            entries: [{ targetProjectId: project("apps/etl"), policies: ["READ_PACKAGES"] }],
        }),
        AllowlistBackup: () => ({ project: "apps/poetry" }),
        ManagerPlace: () => ({ directory: path.join(folder, "place"), systemId: SYSTEM_ID, look: true }),
        ManagerPod: () => ({ place: "ci/shop", configToml: CONFIG, systemId: SYSTEM_ID, drainTimeout: 60 }),
        ManagerFiles: () => ({ directory: path.join(folder, "files"), configToml: CONFIG, systemId: SYSTEM_ID }),
    };
    const contact = (token: string) =>
        fetch(`${sandbox.url}/api/v4/jobs/request`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ token, system_id: SYSTEM_ID }),
        });

    for (const name of ["gitlab", "gitlab-fleet"] as const) {
        const schema = wholeSchema(packages[name]!.schema) as { resources: Record<string, SchemaResource> };
        it(`is known for each resource type of ${name}, and each is in its schema`, () => {
            expect(Object.keys(schema.resources)).to.have.members(Object.keys(packages[name]!.resources));
        });

        for (const [type, { properties = {}, inputProperties = {}, required = [] }] of Object.entries(
            schema.resources,
        )) {
            const short = type.slice(type.lastIndexOf(":") + 1);
            const always = required.filter((key) => !(key in inputProperties));

            it(`has every output of ${short} that the schema promises, and no other`, () => {
                const mocked = mockedOutputs(type, "it", { issuedToken: "", name: "", systemId: "", drainTimeout: 1 });
                expect(Object.keys(mocked)).to.include.members(always);
                expect(Object.keys(properties)).to.include.members(Object.keys(mocked));
                for (const [key, value] of Object.entries(mocked))
                    expect(fits(value, properties[key]?.type ?? "object"), `${key}: ${JSON.stringify(value)}`).to.equal(
                        true,
                    );
            });

            if (OF_ENGINES.includes(short)) continue;
            it(`is, for ${short}, what the plugin answers`, async () => {
                const inputs = INPUTS[short]!();
                const { state } = await plugins[name].create(short, inputs, { name: short });
                const answered = Object.keys(state).filter((key) => !(key in inputProperties) && !key.startsWith("__"));
                // What only some resources of the type have, the schema does not promise.
                expect(answered).to.include.members(always);
                expect(Object.keys(properties)).to.include.members(answered);
                for (const [key, value] of Object.entries(mockedOutputs(type, "it", inputs))) {
                    if (always.includes(key)) expect(kindOf(state[key]), key).to.equal(kindOf(value));
                }
            });
        }
    }
});

function kindOf(value: unknown): string {
    return Array.isArray(value) ? "array" : typeof value;
}

/** Whether a value is of a type of Pulumi's schemas. */
function fits(value: unknown, type: string): boolean {
    return type === "integer" ? Number.isInteger(value) : kindOf(value) === type;
}
