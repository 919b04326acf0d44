import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { PulumiStack } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { SEED } from "./fleets";
import { markerOf, writesOf } from "./moved";

/** Stack config of some runners, each with its lines, and of managers with the runners that they serve. */
function config(folder: string, runners: Record<string, string>, managers: Record<string, string> = {}): string {
    const runner = ([name, more]: [string, string]) =>
        `    ${name}: { tags: [docker], config: { executor: shell }, ${more} }\n`;
    const manager = ([name, more]: [string, string]) =>
        `    ${name}: { config: { concurrent: 1 }, placement: { directory: ${folder}/manager }, ${more} }\n`;
    return [
        "config:\n  gitlab-fleet:runners:\n",
        ...Object.entries(runners).map(runner),
        ...(Object.keys(managers).length > 0 ? ["  gitlab-fleet:managers:\n"] : []),
        ...Object.entries(managers).map(manager),
    ].join("");
}

const APPS = "scope: { group: apps }";

describe("names and moves in a stack's configuration", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({
            config: (folder) =>
                config(
                    folder,
                    { "docker-old": APPS, "plain-old": APPS, scoped: APPS },
                    { "ci-old": "runners: [docker-old]" },
                ),
            seed: SEED,
        });
        await engine.up();
    });
    after(() => engine.close());

    const runners = () => engine.sandbox.db.runners.all();
    const named = (description: string) => runners().find((runner) => runner.description === description)!;
    const writes = () => writesOf(engine);

    it("keeps the id with renamedFrom; another name without it, or another scope, is another runner", async () => {
        const [renamed, plain, scoped] = [named("docker-old"), named("plain-old"), named("scoped")];
        engine.stack.setConfig(
            config(
                engine.folder,
                {
                    "docker-new": `${APPS}, renamedFrom: docker-old`,
                    "plain-new": APPS,
                    scoped: "scope: { project: apps/etl }",
                },
                { "ci-new": "runners: [docker-new], renamedFrom: ci-old" },
            ),
        );
        engine.sandbox.journal.clear();
        await engine.up();
        expect(named("docker-new")).to.include({ id: renamed.id, token: renamed.token });
        expect(named("docker-new").maintenanceNote).to.match(markerOf("test", "docker-new"));
        expect(runners()).to.have.lengthOf(3);
        expect(named("plain-new").id).to.not.equal(plain.id);
        expect(named("scoped").id).to.not.equal(scoped.id);
        expect(writes().sort()).to.deep.equal(
            [
                `PUT /runners/${renamed.id}`,
                "POST /user/runners",
                "POST /user/runners",
                `DELETE /runners/${plain.id}`,
                `DELETE /runners/${scoped.id}`,
            ].sort(),
        );
        // The new name's identity is another one, the token is the same.
        expect(engine.read("manager/config.toml")).to.contain(renamed.token);
    });

    it("changes nothing once renamedFrom is removed", async () => {
        engine.stack.setConfig(
            config(
                engine.folder,
                { "docker-new": APPS, "plain-new": APPS, scoped: "scope: { project: apps/etl }" },
                { "ci-new": "runners: [docker-new]" },
            ),
        );
        await engine.expectNoChanges();
    });

    it("keeps the files of a manager that gets another name without renamedFrom", async () => {
        engine.stack.setConfig(
            config(
                engine.folder,
                { "docker-new": APPS, "plain-new": APPS, scoped: "scope: { project: apps/etl }" },
                { "ci-third": "runners: [docker-new]" },
            ),
        );
        await engine.up();
        expect(fs.readdirSync(path.join(engine.folder, "manager")).sort()).to.include.members([
            ".runner_system_id",
            "config.toml",
        ]);
        expect(engine.read("manager/config.toml")).to.contain(named("docker-new").token);
        await engine.expectNoChanges();
    });

    it("hands a runner to another stack: adopted there, it is left in GitLab when it goes here", async () => {
        const { id } = named("plain-new");
        const folder = path.join(engine.folder, "other");
        const other = new PulumiStack({
            folder,
            stack: "other",
            config: config(folder, { "plain-new": `${APPS}, adopt: { id: ${id} }` }),
            env: { GITLAB_BASE_URL: `${engine.sandbox.url}/api/v4/`, GITLAB_TOKEN: engine.sandbox.tokens.owner! },
        });
        await other.init();
        const adopted = await other.run(["up", "--yes", "--skip-preview"]);
        expect(adopted.code, adopted.output).to.equal(0);
        expect(named("plain-new").id).to.equal(id);
        expect(named("plain-new").maintenanceNote).to.match(markerOf("other", "plain-new"));
        const { token } = named("plain-new");
        engine.stack.setConfig(
            config(
                engine.folder,
                { "docker-new": APPS, scoped: "scope: { project: apps/etl }" },
                { "ci-third": "runners: [docker-new]" },
            ),
        );
        engine.sandbox.journal.clear();
        const { output } = await engine.up();
        expect(writes()).to.deep.equal([]);
        expect(output).to.contain(`Runner ${id} in GitLab is declared by gitlab-fleet/other (state `);
        expect(named("plain-new")).to.include({ id, token });
        const settled = await other.run(["preview", "--expect-no-changes"]);
        expect(settled.code, settled.output).to.equal(0);
    });

    it("moves with pulumi state move and keeps tokens, files and lists: one PUT for each runner's marker", async () => {
        const { folder, stack, sandbox } = engine;
        const registry = `  gitlab-fleet:registries:\n    apps/etl: { consumers: { groups: [ops] }, mode: additive }\n`;
        const scoped = { scoped: "scope: { project: apps/etl }" };
        const served = "runners: [docker-new]";
        stack.setConfig(config(folder, { "docker-new": APPS, ...scoped }, { "ci-third": served }) + registry);
        await engine.up();
        const identity = engine.read("manager/.runner_system_id");
        const { id, token } = named("docker-new");
        const entries = () => structuredClone([...sandbox.db.groupLinks.all()]);
        const listed = entries();
        expect(listed).to.have.lengthOf(1);

        const { PULUMI_BACKEND_URL, GITLAB_BASE_URL, GITLAB_TOKEN } = stack.env as Record<string, string>;
        const moved = new PulumiStack({
            folder: path.join(folder, "moved"),
            stack: "moved",
            config:
                config(folder, { "docker-new": APPS }, { "ci-third": `${served}, systemId: ${identity}` }) + registry,
            env: {
                PULUMI_BACKEND_URL: PULUMI_BACKEND_URL!,
                GITLAB_BASE_URL: GITLAB_BASE_URL!,
                GITLAB_TOKEN: GITLAB_TOKEN!,
            },
        });
        await moved.init();
        // It takes no --config-file.
        const beside = path.join(folder, "moving");
        fs.mkdirSync(beside);
        fs.writeFileSync(path.join(beside, "Pulumi.yaml"), "name: gitlab-fleet\nruntime: nodejs\n");
        for (const { configFile } of [stack, moved])
            fs.copyFileSync(configFile, path.join(beside, path.basename(configFile)));
        const urn = (type: string, name: string) => `urn:pulumi:test::gitlab-fleet::${type}::${name}`;
        const part = (type: string, name: string) => urn(`gitlab-fleet:index:Fleet$gitlab-fleet:index:${type}`, name);
        const urns = [
            part("Runner", "docker-new"),
            part("RunnerManager", "ci-third"),
            urn("gitlab-fleet:index:ManagerPlace", "ci-third"),
            part("RegistryAccess", "apps/etl"),
        ];
        const args = ["state", "move", "--yes", "--source", "test", "--dest", "moved", ...urns];
        const move = await stack.spawn("pulumi", args, { cwd: beside });
        expect(move.code, move.output).to.equal(0);

        stack.setConfig(config(folder, scoped));
        sandbox.journal.clear();
        for (const one of [moved, stack]) {
            const { code, output } = await one.run(["up", "--yes", "--skip-preview"]);
            expect(code, output).to.equal(0);
            expect((await one.run(["preview", "--expect-no-changes"])).code).to.equal(0);
        }
        expect(writes()).to.deep.equal([`PUT /runners/${id}`]);
        expect(named("docker-new")).to.include({ id, token });
        expect(named("docker-new").maintenanceNote).to.match(markerOf("moved", "docker-new"));
        expect(entries()).to.deep.equal(listed);
        expect(engine.read("manager/.runner_system_id")).to.equal(identity);
        expect(engine.read("manager/config.toml")).to.contain(token);
    });
});
