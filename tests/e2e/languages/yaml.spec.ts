import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { startSandbox } from "../../../sandbox";
import { type Engine, startEngine } from "../../helpers/engine";
import { LanguageProject, shownIn } from "./project";

/** The demo's `up`: a runner, its manager and an allowlist. */
const DEMO = `
resources:
  docker-small:
    type: gitlab-fleet:Runner
    properties:
      scope: { group: apps }
      tags: [docker, fastapi]
  ci-01:
    type: gitlab-fleet:RunnerManager
    properties:
      # Relative to the folder of Pulumi.yaml.
      placement: { directory: etc }
      config: { concurrent: 4 }
      workers:
        - runner: \${docker-small}
          config:
            executor: docker
            docker: { image: "alpine:3.22" }
            environment: [{ fn::secret: "PASSWORD=hunter2-hunter2" }, "RUNNER=\${docker-small.runnerId}"]
  poetry:
    type: gitlab-fleet:JobTokenAllowlist
    properties:
      project: containers/poetry
      allow: { projects: [apps/etl, apps/web] }
outputs:
  runnerId: \${docker-small.runnerId}
  token: \${docker-small.token}
  configPath: \${ci-01.configPath}
  projects: \${poetry.targetProjectIds}
`;

/** The other three, which share the runner's group and the GitLab with nothing between them. */
const OTHERS = `
resources:
  all:
    type: gitlab-fleet:Fleet
    properties:
      runners:
        shell: { scope: { project: other/tool }, config: { executor: shell } }
      managers:
        ci-02: { placement: { directory: etc-02 }, runners: [shell], config: { concurrent: 1 } }
      registries:
        containers/poetry: { consumers: { projects: [apps/etl] } }
  large:
    type: gitlab-fleet:Runner
    properties: { scope: { group: apps } }
  apps:
    type: gitlab-fleet:ExclusiveScope
    properties: { scope: { group: apps }, runners: ["\${large}"] }
  tool:
    type: gitlab-fleet:RegistryAccess
    properties: { producer: other/tool, consumers: { groups: [apps] }, checkMembership: false }
outputs:
  runnerIds: \${all.runnerIds}
  tokens: \${all.tokens}
  configPaths: \${all.configPaths}
  projects: \${all.allowedProjectIds}
  found: \${apps.foundCount}
  groups: \${tool.targetGroupIds}
`;

/** A runner and its manager in another GitLab than the stack's. */
const elsewhere = (gitlab: { url: string; token: string }, ofManager: string[]) => {
    const providers = (names: string[]) => `providers: ${JSON.stringify(names.map((name) => `\${${name}-other}`))}`;
    const where = `properties: { baseUrl: "${gitlab.url}/api/v4/", token: { fn::secret: "${gitlab.token}" } }`;
    return `
resources:
  gitlab-other: { type: "pulumi:providers:gitlab", ${where} }
  fleet-other: { type: "pulumi:providers:gitlab-fleet", ${where} }
  far:
    type: gitlab-fleet:Runner
    properties: { scope: { group: apps } }
    options: { ${providers(["gitlab", "fleet"])} }
  far-01:
    type: gitlab-fleet:RunnerManager
    properties:
      placement: { directory: etc-far }
      gitlabUrl: ${gitlab.url}
      config: { concurrent: 1 }
      workers: [{ runner: "\${far}", config: { executor: shell } }]
    options: { ${providers(ofManager)} }
`;
};

const allowlists = (one: string, other: string) => `
resources:
  one:
    type: gitlab-fleet:JobTokenAllowlist
    properties: { project: ${one}, allow: { projects: [apps/etl] } }
  other:
    type: gitlab-fleet:JobTokenAllowlist
    properties: { project: ${other}, allow: { projects: [apps/web] } }
`;

describe("a program in YAML", () => {
    let project: LanguageProject;
    let engine: Engine;

    before(async () => {
        project = new LanguageProject("yaml");
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
    });
    after(async () => {
        await engine?.close();
        project.remove();
    });

    async function outputs(): Promise<Record<string, unknown>> {
        return JSON.parse((await engine.stack.run(["stack", "output", "--json"])).stdout);
    }
    const refusal = async (program: string) => {
        project.writeProject(program);
        const { code, output } = await engine.stack.run(["preview"]);
        expect(code, output).to.not.equal(0);
        expect(output, "a stack trace").to.not.match(/^\s+at .+:\d+:\d+\)?$/m);
        return output.slice(output.indexOf("Diagnostics:"));
    };

    it("does the demo's up, with tokens secret in state and outputs, and then finds nothing to do", async () => {
        project.writeProject(DEMO);
        const preview = await engine.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.contain("config.toml with one worker: docker-small (docker, alpine:3.22)");
        expect(preview.output).to.not.contain("declared after an await");
        const { output } = await engine.up();
        const toml = project.read("etc/config.toml");
        const [, token = ""] = /token = "(glrt-[^"]+)"/.exec(toml) ?? [];
        const all = await outputs();
        expect(all).to.deep.include({ token: "[secret]", configPath: `${project.folder}/etc/config.toml` });
        expect(all.projects).to.have.length(2);
        expect(toml).to.contain(`id = ${all.runnerId}`);
        expect(toml).to.contain(`"RUNNER=${all.runnerId}"`);
        expect(token).to.not.equal("");
        const state = JSON.stringify(await engine.stack.state());
        for (const secret of [token, "hunter2-hunter2"]) {
            expect(state).to.not.contain(secret);
            expect(preview.output + output).to.not.contain(secret);
        }
        await engine.expectNoChanges();
    });

    it("has a state that does not tell the language: everything stands where it stands in TypeScript", async () => {
        const { resources = [] } = (await engine.stack.state()).deployment as {
            resources?: { urn: string; type: string; parent?: string }[];
        };
        const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack")!.urn;
        const ours = resources.filter(({ type }) => type.startsWith("gitlab"));
        expect(ours).to.have.length(9);
        expect(ours.filter(({ parent }) => parent === undefined)).to.deep.equal([]);
        const top = ours.filter(({ parent }) => parent === root).map(({ urn }) => urn.split("::").slice(2).join("::"));
        expect(top).to.have.members([
            "gitlab-fleet:index:Runner::docker-small",
            "gitlab-fleet:index:RunnerManager::ci-01",
            "gitlab-fleet:index:JobTokenAllowlist::poetry",
            "gitlab-fleet:index:StackIdentity::stack",
            "gitlab-fleet:index:ManagerPlace::ci-01",
        ]);
    });

    it("is refused two allowlists of one project, as in TypeScript, also where one is named by path and one by id", async () => {
        expect(await refusal(allowlists("other/tool", "other/tool"))).to.match(
            /JobTokenAllowlist "(one|other)": project has its allowlist declared by JobTokenAllowlist "(one|other)" already \(got "other\/tool"\)\. Declare it once, with the entries of both\./,
        );
        const { id } = engine.sandbox.db.projects.first("path", "other/tool")!;
        expect(await refusal(allowlists("other/tool", String(id)))).to.match(
            new RegExp(`declared by JobTokenAllowlist "(one|other)" already \\(got id ${id}\\)\\. Declare it once`),
        );
    });

    it("has its mistakes named as in TypeScript, and those of type by Pulumi's host, with the line", async () => {
        const worker = (text: string) => DEMO.replace(/runner: \$.*/, `runner: ${text}`);
        const mistakes: [program: string, message: string][] = [
            [
                worker("docker-small"),
                'RunnerManager "ci-01": workers[0].runner must be a Runner (got "docker-small"). Hand over the component itself: what new Runner("…", { … }) returned, or a reference to it in YAML.',
            ],
            [
                DEMO.replace("concurrent: 4", "concurent: 4"),
                'RunnerManager "ci-01": config.concurent is not a key of gitlab-runner',
            ],
            [
                DEMO.replace("tags: [docker, fastapi]", "maximumTimeout: 60"),
                'Runner "docker-small": maximumTimeout must be at least 600 seconds (got 60). Raise it or leave it out.',
            ],
            [
                DEMO.replace("apps/web", "apps/nowhere"),
                'JobTokenAllowlist "poetry": allow.projects[1]: GitLab has no project "apps/nowhere"',
            ],
            [
                DEMO.replace("tags: [docker, fastapi]", "tags: docker"),
                "tags: Cannot assign type 'string' to type 'List<string>'",
            ],
        ];
        for (const [program, message] of mistakes) expect(await refusal(program)).to.contain(message);
    });

    it("is what docs/languages.md shows", async () => {
        project.writeProject(shownIn("yaml").replace(/^name: .*\nruntime: .*\n/, ""));
        const { code, output } = await engine.stack.run(["preview"]);
        expect(code, output).to.equal(0);
        expect(output).to.contain("allowlist poetry: Adds other/tool, group apps");
    });

    it("declares in another GitLab with providers of its own, which have to be of both packages and those of its runners", async () => {
        const other = await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") });
        try {
            const gitlab = { url: other.url, token: other.tokens.owner! };
            expect(await refusal(elsewhere(gitlab, []))).to.contain(
                'Runner "far" was declared with another provider, which alone knows it. Give both the same providers.',
            );
            expect(await refusal(elsewhere(gitlab, ["fleet"]))).to.contain(
                "A provider of package gitlab-fleet was given, but none of package gitlab. Give both",
            );
            project.writeProject(elsewhere(gitlab, ["gitlab", "fleet"]));
            await engine.up();
            expect(project.read("etc-far/config.toml")).to.contain(`url = "${other.url}"`);
            const isFar = ({ description }: { description: string | null }) => description === "far";
            expect(other.db.runners.all().filter(isFar)).to.have.length(1);
            expect(engine.sandbox.db.runners.all().filter(isFar)).to.deep.equal([]);
            await engine.expectNoChanges();
            const destroyed = await engine.stack.run(["destroy", "--yes"]);
            expect(destroyed.code, destroyed.output).to.equal(0);
        } finally {
            await other.close();
        }
    });

    it("declares a fleet, an exclusive scope and access to a registry, whose outputs are flat", async () => {
        project.writeProject(OTHERS);
        await engine.up();
        const all = await outputs();
        expect(all.tokens).to.equal("[secret]");
        expect(all.runnerIds).to.have.keys("shell");
        expect(all.configPaths).to.deep.equal({ "ci-02": `${project.folder}/etc-02/config.toml` });
        expect(all.projects).to.have.property("containers/poetry").with.length(1);
        expect(all.groups).to.have.length(1);
        expect(all.found).to.be.a("number");
        await engine.expectNoChanges();
        const destroyed = await engine.stack.run(["destroy", "--yes"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
    });
});
