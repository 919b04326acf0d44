import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { renderLegacyConfig } from "../../dev/demo/legacy-config";
import { root } from "../../dev/scripts/pulumi";
import { type Sandbox, startSandbox } from "../../sandbox";
import { runCli } from "./helpers";

const SEED = path.join(root, "sandbox/seeds/demo.yaml");

/** Every command of the documentation that starts with our own name, without what the shell does to it. */
const commands = ["README.md", ...fs.readdirSync(path.join(root, "docs")).map((name) => path.join("docs", name))]
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) =>
        [...fs.readFileSync(path.join(root, file), "utf8").matchAll(/(?:^ *|`)npx gitlab-fleet ([^`\n<>#]+)/gm)].map(
            ([, args]) => ({ file, args: args!.trim() }),
        ),
    );

describe("the command's lines in the documentation", () => {
    let sandbox: Sandbox;
    let folder: string;
    let env: NodeJS.ProcessEnv;

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "docs-"));
        fs.writeFileSync(path.join(folder, "config.toml"), renderLegacyConfig(SEED, sandbox.url));
        fs.writeFileSync(path.join(folder, "gitlab-runner.log"), "");
        env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.admin };
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    it("are found, in more than one page", () => {
        expect(new Set(commands.map(({ file }) => file)).size).to.be.greaterThan(2);
        expect(commands.length).to.be.greaterThan(10);
    });

    for (const { file, args } of commands) {
        const words = args.split(/\s+/).map((word) => word.replace(/^'(.*)'$/, "$1"));
        const flags = words.filter((word) => word.startsWith("--"));
        // These ask the Pulumi CLI for a stack's state, and there is none here.
        if (flags.some((flag) => flag === "--stack" || flag === "--all-stacks")) {
            it(`has flags that exist: ${args} (${file})`, async () => {
                const { out } = await runCli([words[0]!, "--help"]);
                for (const flag of flags) expect(out).to.include(`${flag} `);
            });
        } else {
            it(`runs: ${args} (${file})`, async () => {
                const argv = words.map((word) =>
                    /\.(toml|log|html)$/.test(word) ? path.join(folder, path.basename(word)) : word,
                );
                const gitlab = argv.indexOf("--gitlab");
                if (gitlab >= 0) argv[gitlab + 1] = sandbox.url;
                const { code, out, err } = await runCli(argv, { env, input: "glrt-aaaaaaaaaaaaaaaaaaaa\n" });
                expect(code, err).to.be.within(0, 1);
                expect(out).to.not.equal("");
            });
        }
    }
});
