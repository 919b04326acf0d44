import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { renderLegacyConfig } from "../../../dev/demo/legacy-config";
import { root } from "../../../dev/scripts/pulumi";
import { startSandbox } from "../../../sandbox";
import { execute } from "../../helpers/shell";
import { demoFleet } from "./fleets";

const readme = fs.readFileSync(path.join(root, "README.md"), "utf8");

/** Contents of the code blocks of one language. */
function blocks(language: string): string[] {
    return [...readme.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm"))].map(
        ([, indent, text]) => text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    );
}

/** Every command of the README, comments left out. */
const commands = blocks("sh").flatMap((block) =>
    block
        .split("\n")
        .map((line) => line.replace(/\s+#.*$/, "").trim())
        .filter(Boolean),
);

/** Commands that another test runs in full, or that run this one. */
const elsewhere: Record<string, string> = {
    "make demo": "tests/e2e/demo/demo.spec.ts",
    "make e2e ONLY=demo": "this area",
    "make test": "what runs this test",
    "npm test": "the other half of make test",
    "make check": ".ci/run",
};

/** Reads what another command prints. */
const REPORT = "pulumi preview --json | npx gitlab-fleet report";

/** The lines of the command beside it. */
const commandLines = commands.filter((command) => command.startsWith("npx gitlab-fleet "));

describe("the README, in a fresh clone", () => {
    let clone: string;
    let sandbox: Awaited<ReturnType<typeof startSandbox>>;
    let env: NodeJS.ProcessEnv;

    before(async () => {
        clone = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-readme-"));
        execFileSync("git", ["clone", "--quiet", "--local", root, clone]);
        sandbox = await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") });
        env = {
            ...process.env,
            PATH: `${path.join(root, ".cache", "bin")}${path.delimiter}${process.env.PATH}`,
            PULUMI_HOME: path.join(root, ".cache", "pulumi-home"),
            PULUMI_BACKEND_URL: `file://${clone}`,
            PULUMI_CONFIG_PASSPHRASE: "readme",
            PULUMI_SKIP_UPDATE_CHECK: "1",
        };
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(clone, { recursive: true, force: true });
    });

    it("has a test for each of its commands", () => {
        const run = ["npm ci", "pulumi stack init prod", "pulumi config set --secret gitlab:token -s prod"];
        const known = [
            ...Object.keys(elsewhere),
            ...commandLines,
            ...run,
            "pulumi preview -s prod",
            "pulumi up -s prod",
            REPORT,
            "make help",
        ];
        expect(commands.filter((command) => !known.includes(command))).to.deep.equal([]);
        expect(commands).to.include.members(run);
    });

    it("installs with `npm ci`, lists its commands with `make help`", async () => {
        await runLine("npm ci");
        const help = await runLine("make help");
        for (const command of ["demo", "test", "check", "e2e", "bench"]) expect(help).to.include(`make ${command}`);
    });

    it("takes a newcomer through the steps", async () => {
        fs.writeFileSync(
            path.join(clone, "stacks", "Pulumi.prod.yaml"),
            demoFleet(clone).replace("config:\n", `config:\n  gitlab:baseUrl: ${sandbox.url}/api/v4/\n`),
        );
        await runLine("pulumi stack init prod");
        await runLine("pulumi config set --secret gitlab:token -s prod", sandbox.tokens.owner);
        expect(fs.readFileSync(path.join(clone, "stacks", "Pulumi.prod.yaml"), "utf8")).to.not.include(
            sandbox.tokens.owner,
        );
        expect(await runLine("pulumi preview -s prod", undefined, ["--non-interactive"])).to.include("to create");
        await runLine("pulumi up -s prod", undefined, ["--non-interactive", "--yes"]);
        expect(sandbox.db.runners.all().filter((runner) => runner.description === "my-runner")).to.have.lengthOf(1);
        expect(
            await runLine("pulumi preview -s prod", undefined, ["--non-interactive", "--expect-no-changes"]),
        ).to.include("unchanged");
        expect(commands).to.include(REPORT);
        const report = await execute("bash", ["-eo", "pipefail", "-c", REPORT], { cwd: clone, env });
        expect(report.output).to.include("Fleet prod: nothing changes");
    });

    it("shows what the command beside it says of a host and a group", async () => {
        const legacy = path.join(clone, "config.toml");
        fs.writeFileSync(legacy, renderLegacyConfig(path.join(root, "sandbox/seeds/demo.yaml"), sandbox.url));
        expect(commandLines).to.have.lengthOf(5);
        const shown: Record<string, string> = {
            audit: "my-runner",
            doctor: "token-unknown",
            // The up before has deleted all of them.
            import: "Left out:",
            access: "containers/poetry:",
            validate: "No mistake",
        };
        for (const line of commandLines) {
            const [program, ...args] = line.replace("/etc/gitlab-runner/config.toml", legacy).split(" ");
            const gitlab = { ...env, GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.owner };
            const result = await execute(program!, args, { cwd: clone, env: gitlab });
            // 1: something was found, as it should be in this mess.
            expect(result.code, `${line}\n${result.output}`).to.be.within(0, 1);
            expect(result.stdout, `${line}\n${result.output}`).to.include(shown[args[1]!]);
        }
        expect(fs.readFileSync(path.join(clone, "audit.html"), "utf8")).to.include("my-runner");
    });

    it("shows a program that runs as it stands", async () => {
        const [program] = blocks("ts");
        fs.writeFileSync(path.join(clone, "index.ts"), program!);
        const preview = await runLine("pulumi preview -s prod", undefined, ["--non-interactive"]);
        expect(preview).to.include("docker-small").and.include("ci-01").and.include("poetry");
        fs.writeFileSync(
            path.join(clone, "tsconfig.readme.json"),
            JSON.stringify({ extends: "./tsconfig.json", include: ["index.ts"] }),
        );
        execFileSync(path.join(clone, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.readme.json"], {
            cwd: clone,
            stdio: "pipe",
        });
    });

    it("links only to files that are there", () => {
        const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target!);
        expect(targets.length).to.be.greaterThan(5);
        for (const target of targets) expect(fs.existsSync(path.join(clone, target)), target).to.equal(true);
    });

    async function runLine(command: string, input?: string, flags: string[] = []): Promise<string> {
        const [program, ...args] = command.split(" ");
        const result = await execute(program!, [...args, ...flags], { cwd: clone, env, input });
        expect(result.code, `${command}\n${result.output}`).to.equal(0);
        return result.stdout;
    }
});
