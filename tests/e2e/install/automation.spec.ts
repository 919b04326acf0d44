import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { packed, UsersProject, versionOf } from "./users-project";

/** A process of a team's own: two stacks at once, each from its own function, the configuration of one encrypted. */
const SERVICE = `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { Fleet, readStackConfig } = require("gitlab-fleet");

async function apply(team, config) {
    const program = async () => ({ paths: new Fleet("fleet", readStackConfig()).configPaths });
    const args = { stackName: team, projectName: "mine", program };
    const stack = await LocalWorkspace.createOrSelectStack(args, { workDir: __dirname });
    await stack.setAllConfig(config);
    const preview = await stack.preview();
    const { outputs } = await stack.up();
    const again = await stack.up();
    const { deployment } = await stack.exportStack();
    const gone = await stack.destroy();
    const changes = [preview.changeSummary, ...[again, gone].map(({ summary }) => summary.resourceChanges)];
    const settings = deployment.resources.flatMap(({ type, inputs }) => (type.endsWith(":ManagerFiles") ? [inputs.settings] : []));
    return { team, path: outputs.paths.value.manager, changes: changes.map((of) => Object.keys(of)), settings };
}

const teams = JSON.parse(process.argv[2]);
Promise.all(teams.map(([team, config]) => apply(team, config))).then((all) => console.log("RESULT " + JSON.stringify(all)));
`;

describe("stacks that a process makes by the Automation API", () => {
    const project = new UsersProject();
    let engine: Engine;

    before(async () => {
        project.write({
            "package.json": JSON.stringify({ name: "mine", private: true }),
            "Pulumi.yaml": "name: mine\nruntime: nodejs\n",
            "service.js": SERVICE,
        });
        await project.install(await packed(), `@pulumi/pulumi@${versionOf("@pulumi/pulumi")}`);
        await project.run("npx", ["gitlab-fleet", "plugins"]);
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
    });

    after(async () => {
        await engine.close();
        project.remove();
    });

    it("are previewed, applied and destroyed at once, each by itself, and show no encrypted text of theirs", async () => {
        const configOf = (team: string, secret: boolean) => {
            const environment = [`GREETING=hush-${team}`];
            const runner = { scope: { group: "apps" }, config: { executor: "shell", environment } };
            const manager = {
                placement: { directory: `${engine.folder}/${team}` },
                runners: [`runner-${team}`],
                config: { concurrent: 1 },
            };
            return {
                "gitlab-fleet:runners": { value: JSON.stringify({ [`runner-${team}`]: runner }), secret },
                "gitlab-fleet:managers": { value: JSON.stringify({ manager }) },
            };
        };
        const teams = [
            ["open", configOf("open", false)],
            ["closed", configOf("closed", true)],
        ];
        const { stdout, output } = await engine.stack.spawn("node", ["service.js", JSON.stringify(teams)], {
            cwd: project.folder,
        });
        const results = /^RESULT (.*)$/m.exec(stdout)?.[1];
        expect(results, output).to.be.a("string");
        const [open, closed] = JSON.parse(results!);
        for (const [team, result] of Object.entries({ open, closed })) {
            expect(result.path).to.equal(`${engine.folder}/${team}/config.toml`);
            expect(result.changes).to.deep.equal([["create"], ["same"], ["delete"]]);
        }
        expect(JSON.stringify(open.settings)).to.contain("hush-open");
        expect(JSON.stringify(closed.settings)).to.contain("[secret]").and.not.contain("hush-closed");
    });
});
