import * as path from "node:path";
import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { skipWithout } from "../../helpers/needs";
import { LanguageProject, shownIn } from "./project";
import { pythonWithSdk } from "./python-venv";

/** The demo's `up`, with the names of Python and with maps as well as classes. */
const DEMO = `
import pulumi
import pulumi_gitlab_fleet as fleet

runner = fleet.Runner("docker-small", scope={"group": "apps"}, tags=["docker", "fastapi"], run_untagged=False)
manager = fleet.RunnerManager(
    "ci-01",
    placement=fleet.PlacementArgs(directory="etc"),
    config={"concurrent": 4, "listen_address": ":9252"},
    workers=[
        fleet.WorkerArgs(
            runner=runner,
            config={
                "executor": "docker",
                "docker": {"image": "alpine:3.22"},
                "environment": [pulumi.Output.secret("PASSWORD=hunter2-hunter2")],
            },
        )
    ],
)
allowlist = fleet.JobTokenAllowlist(
    "poetry", project="containers/poetry", allow={"projects": ["apps/etl"], "groups": ["other"]}
)
pulumi.export("runnerId", runner.runner_id)
pulumi.export("token", runner.token)
pulumi.export("configPath", manager.config_path)
pulumi.export("groups", allowlist.target_group_ids)
`;

const FLEET = `
import pulumi
import pulumi_gitlab_fleet as fleet

all = fleet.Fleet(
    "all",
    runners={"shell": fleet.FleetRunnerArgs(scope={"project": "other/tool"}, config={"executor": "shell"})},
    managers={"ci-02": {"placement": {"directory": "etc-02"}, "runners": ["shell"], "config": {"concurrent": 1}}},
)
pulumi.export("runnerIds", all.runner_ids)
pulumi.export("tokens", all.tokens)
`;

const MISTAKES: [program: string, messages: string[]][] = [
    [
        'fleet.Runner("small", scope={"group": "apps"}, tags="docker", paused="yes")',
        [
            'Runner "small": tags must be a list (got "docker"). Write ["docker"].',
            'Runner "small": paused must be true or false (got "yes"). Write true.',
        ],
    ],
    [
        'fleet.RunnerManager("ci-01", placement={"directory": "etc"}, config={"concurrent": 1}, workers={"a": 1})',
        ['RunnerManager "ci-01": workers must be a list (got a map of "a"). Write [a, b].'],
    ],
    [
        'fleet.Fleet("all", runners={"a": {"scope": 7}}, registries={"p": {"consumers": "all"}})',
        [
            'Fleet "all": runners.a.scope is not a scope (got 7).',
            'Fleet "all": registries.p.consumers must be a map (got "all").',
        ],
    ],
    [
        'fleet.JobTokenAllowlist("a", project="apps/etl", allow={})\nfleet.JobTokenAllowlist("b", project="apps/etl", allow={})',
        ["project has its allowlist declared by JobTokenAllowlist"],
    ],
];

describe("a program in Python", () => {
    let project: LanguageProject;
    let engine: Engine;

    before(async function () {
        skipWithout("python", this);
        project = new LanguageProject("python");
        const bin = await pythonWithSdk();
        const PATH = `${bin}${path.delimiter}${path.join(__dirname, "../../../.cache/bin")}${path.delimiter}${process.env.PATH}`;
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder, env: { PATH } });
    });
    after(async () => {
        await engine?.close();
        project?.remove();
    });

    const outputs = async () => JSON.parse((await engine.stack.run(["stack", "output", "--json"])).stdout);

    it("does the demo's up, with tokens secret in state and outputs, and then finds nothing to do", async () => {
        project.write("__main__.py", DEMO);
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.contain("config.toml with one worker: docker-small (docker, alpine:3.22)");
        const { output } = await engine.up();
        const toml = project.read("etc/config.toml");
        const [, token = ""] = /token = "(glrt-[^"]+)"/.exec(toml) ?? [];
        const all = await outputs();
        expect(all).to.deep.include({ token: "[secret]", configPath: `${project.folder}/etc/config.toml` });
        expect(all.groups).to.have.length(1);
        expect(toml).to.contain(`id = ${all.runnerId}`);
        expect(toml).to.contain("PASSWORD=hunter2-hunter2");
        expect(token).to.not.equal("");
        const state = JSON.stringify(await engine.stack.state());
        for (const secret of [token, "hunter2-hunter2"]) {
            expect(state).to.not.contain(secret);
            expect(preview.output + output).to.not.contain(secret);
        }
        await engine.expectNoChanges();
    });

    it("has its mistakes named as in TypeScript, each with its component", async () => {
        for (const [program, messages] of MISTAKES) {
            project.write("__main__.py", `import pulumi_gitlab_fleet as fleet\n${program}\n`);
            const { code, output } = await engine.stack.run(["preview"]);
            expect(code, output).to.not.equal(0);
            for (const message of messages) expect(output).to.contain(message);
        }
    });

    it("is what docs/languages.md shows", async () => {
        project.write("__main__.py", shownIn("python"));
        const { code, output } = await engine.stack.run(["preview"]);
        expect(code, output).to.equal(0);
        expect(output).to.contain("allowlist poetry: ");
    });

    it("declares a whole fleet, in classes and in maps", async () => {
        project.write("__main__.py", FLEET);
        await engine.up();
        expect(await outputs()).to.deep.include({ tokens: "[secret]" });
        expect(project.read("etc-02/config.toml")).to.contain('executor = "shell"');
        await engine.expectNoChanges();
    });
});
