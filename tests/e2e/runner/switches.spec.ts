import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { COMPONENTS, type OwnProgram, ownProgram } from "../../helpers/own-program";

/** Two teams of one program; `more` is put into the options of the first one's children of a kind. */
const program = (folder: string, tags: string, more: string) => `
import * as pulumi from "@pulumi/pulumi";
import { Fleet } from ${COMPONENTS};

const fleet = (name: string, opts: pulumi.ComponentResourceOptions) =>
    new Fleet(name, {
        runners: { [name + "-r"]: { scope: { group: "apps" }, tags: ${tags}, config: { executor: "shell" } } },
        managers: {
            [name + "-m"]: { placement: { directory: ${JSON.stringify(folder)} + "/" + name }, runners: [name + "-r"], config: { concurrent: 1 } },
        },
        registries: name === "one" ? { "containers/poetry": { consumers: { projects: ["apps/etl", "apps/web"] } } } : {},
    }, opts);
const one = fleet("one", { transforms: [async ({ type, props, opts }) => ({ props, opts: pulumi.mergeOptions(opts, options(type)) })] });
fleet("two", { dependsOn: one });
function options(type: string): pulumi.CustomResourceOptions {
    const [kind] = /\\w+$/.exec(type)!;
    return (({ ${more} }) as Record<string, pulumi.CustomResourceOptions>)[kind] ?? {};
}
`;

describe("Pulumi's own switches and options", () => {
    let engine: Engine;
    let project: OwnProgram;
    const declare = (tags = '["x"]', more = "") => project.write(program(engine.folder, tags, more));
    const runner = (name: string) => engine.sandbox.db.runners.all().find(({ description }) => description === name)!;
    const allowed = async () => {
        const answer = await fetch(`${engine.sandbox.url}/api/v4/projects/3/job_token_scope/allowlist`, {
            headers: { "PRIVATE-TOKEN": engine.sandbox.tokens.owner! },
        });
        return ((await answer.json()) as { path_with_namespace: string }[]).map((entry) => entry.path_with_namespace);
    };
    const run = async (...args: string[]) => {
        const result = await engine.stack.run(["up", "--yes", "--skip-preview", ...args]);
        expect(result.code, result.output).to.equal(0);
        return result.output;
    };

    before(async () => {
        project = ownProgram();
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
        declare();
    });
    after(async () => {
        await engine?.close();
        project.remove();
    });

    it("has two fleets in one scope, of which one waits for the other", async () => {
        await engine.up();
        await engine.expectNoChanges();
        expect(engine.read("one/config.toml")).to.include(runner("one-r").token);
        expect(engine.read("two/config.toml")).to.include(runner("two-r").token);
    });

    it("replaces a list, a manager's files and a token, and takes nothing away", async () => {
        const file = engine.read("one/config.toml");
        const replaced = ["ProjectJobTokenScopes::*", "ManagerFiles::one-m", "RunnerToken::one-r"];
        const output = await run(...replaced.flatMap((what) => ["--replace", `**${what}`]));
        expect(output).to.include("+-3 replaced").and.include("keeps its token, which was not replaced");
        expect(await allowed()).to.include.members(["apps/etl", "apps/web"]);
        expect(engine.read("one/config.toml")).to.equal(file);
        await engine.expectNoChanges();
    });

    it("makes another runner with replaceOnChanges, and leaves its manager the file that was recreated", async () => {
        const { id } = runner("one-r");
        declare(
            '["x", "y"]',
            'UserRunner: { replaceOnChanges: ["tagLists"] }, ManagerFiles: { replaceOnChanges: ["*"] }',
        );
        await run();
        const made = runner("one-r");
        expect(made.id).to.not.equal(id);
        expect(engine.read("one/config.toml")).to.include(made.token);
        await engine.expectNoChanges();
    });

    it("leaves to people what ignoreChanges names", async () => {
        declare('["x", "y"]', 'UserRunner: { ignoreChanges: ["paused"] }');
        engine.sandbox.db.runners.update(runner("one-r").id, { active: false });
        await engine.expectNoChanges();
        await run();
        expect(runner("one-r").active).to.equal(false);
    });

    it("reaches a token's managers by --target-dependents, and by the next up where that was left out", async () => {
        const token = () => runner("one-r").token;
        const targeted = ["--target-replace", "**UserRunner::one-r"];
        await run(...targeted, "--target-dependents");
        expect(engine.read("one/config.toml")).to.include(token());
        await run(...targeted);
        expect(engine.read("one/config.toml")).to.not.include(token());
        await run();
        expect(engine.read("one/config.toml")).to.include(token());
        await engine.expectNoChanges();
        expect(engine.sandbox.db.runners.all().filter(({ description }) => description === "one-r")).to.have.length(1);
    });

    it("stops at a plan before anything is changed", async () => {
        const plan = `${engine.folder}/plan.json`;
        declare('["z"]');
        await engine.stack.run(["preview", "--save-plan", plan]);
        engine.sandbox.journal.clear();
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview", "--plan", plan]);
        expect(code).to.not.equal(0);
        expect(output).to.match(/violates plan: .*look/);
        expect(engine.sandbox.journal.writes()).to.deep.equal([]);
    });
});
