import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as yaml from "yaml";
import { startSandbox } from "../../../sandbox";
import { root } from "../../../scripts/pulumi";
import { execute } from "../../helpers/shell";
import { demoFleet } from "../demo/fleets";

interface CiJob {
    extends: string;
    rules: { if: string }[];
    script: string[];
    before_script?: string[];
    variables?: Record<string, string>;
}

describe("ci/fleet.yml, its lines run by a shell as a runner would run them", () => {
    const pipeline = yaml.parse(fs.readFileSync(path.join(root, "ci", "fleet.yml"), "utf8")) as Record<string, CiJob>;
    let sandbox: Awaited<ReturnType<typeof startSandbox>>;
    let clone: string;
    let variables: Record<string, string>;

    before(async () => {
        clone = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-pipeline-"));
        execFileSync("git", ["clone", "--quiet", "--local", root, clone]);
        fs.writeFileSync(path.join(clone, "stacks", "Pulumi.prod.yaml"), demoFleet(clone));
        sandbox = await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") });
        variables = {
            CI_API_V4_URL: `${sandbox.url}/api/v4`,
            CI_PROJECT_DIR: clone,
            CI_DEFAULT_BRANCH: "main",
            FLEET_TOKEN_READ: sandbox.tokens.reader!,
            FLEET_TOKEN: sandbox.tokens.owner!,
            PULUMI_BACKEND_URL: `file://${clone}`,
            PULUMI_CONFIG_PASSPHRASE: "pipeline",
            PULUMI_HOME: path.join(root, ".cache", "pulumi-home"),
            PATH: `${path.join(root, ".cache", "bin")}${path.delimiter}${process.env.PATH}`,
            HOME: process.env.HOME ?? clone,
            ...(pipeline.variables as unknown as Record<string, string>),
        };
        execFileSync("pulumi", ["stack", "init", "prod"], { cwd: clone, env: variables, stdio: "pipe" });
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(clone, { recursive: true, force: true });
    });

    it("runs the preview on merge requests and the update on the default branch only", () => {
        expect(pipeline["fleet preview"]!.rules).to.deep.equal([
            { if: '$CI_PIPELINE_SOURCE == "merge_request_event"' },
        ]);
        expect(pipeline["fleet up"]!.rules).to.deep.equal([{ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }]);
    });

    it("previews a merge request with a token that may only read, and changes nothing", async () => {
        const output = await run("fleet preview");
        expect(output).to.include("my-runner").and.include("to create");
        expect(sandbox.journal.writes()).to.deep.equal([]);
        expect(sandbox.journal.entries().filter((entry) => entry.status >= 400)).to.deep.equal([]);
        expect(sandbox.journal.count()).to.be.greaterThan(0);
    });

    it("makes it so on the default branch", async () => {
        await run("fleet up");
        const runners = sandbox.db.runners.all().filter((runner) => runner.description === "my-runner");
        expect(runners).to.have.lengthOf(1);
        expect(runners[0]!.creationMethod).to.equal("authenticated_user");
    });

    it("previews the same again with the reading token and finds nothing to do", async () => {
        expect(await run("fleet preview"))
            .to.match(/unchanged/)
            .and.not.match(/to (create|update|delete|replace)/);
    });

    /** One job's lines, joined as gitlab-runner joins them: the first that fails ends it. */
    async function run(name: string): Promise<string> {
        const job = pipeline[name]!;
        const base = pipeline[job.extends]!;
        const lines = [...(base.before_script ?? []), ...job.script];
        const result = await execute("bash", ["-eo", "pipefail", "-c", lines.join("\n")], {
            cwd: clone,
            env: { ...variables, ...expanded(base.variables ?? {}) },
        });
        expect(result.code, `${lines.join("\n")}\n${result.output}`).to.equal(0);
        return result.stdout;
    }

    /** A job's variables with the others they name filled in. */
    function expanded(own: Record<string, string>): Record<string, string> {
        const fill = (text: string): string => text.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? "");
        return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, fill(value)]));
    }
});
