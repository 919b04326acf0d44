import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { COMMANDS } from "../../cli/commands";
import { renderLegacyConfig } from "../../dev/demo/legacy-config";
import { root } from "../../dev/scripts/pulumi";
import { type Sandbox, startSandbox } from "../../sandbox";
import { runCli } from "./helpers";
import { toJson } from "./report/world";

const SEED = path.join(root, "sandbox/seeds/demo.yaml");

/** Every command of the documentation that starts with our own name, without what the shell does to it. */
const commands = ["README.md", ...fs.readdirSync(path.join(root, "docs")).map((name) => path.join("docs", name))]
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) =>
        [...fs.readFileSync(path.join(root, file), "utf8").matchAll(/(?:^ *|`)npx gitlab-fleet ([^`\n<>#]+)/gm)].map(
            ([, args]) => ({ file, args: args!.trim() }),
        ),
    );

/** Those that have commands of their own. */
const WITH_COMMANDS = ["access", "pipeline"];

/** What each line gives on the demo's GitLab and host: its exit code, and what stands in the output. */
const EXPECTED: [line: RegExp, code: number, says: RegExp][] = [
    [/^audit /, 1, /^Runners of group apps\n\n +12 +runners\n.*\n +11 +stale/s],
    [/^doctor --config /, 1, /✗ 1 my-runner .*token-unknown.*\n11 of 12 workers get no jobs\.\n$/s],
    [/^doctor --token /, 1, /✗ 1 token .*token-unknown.*\n1 of 1 worker gets no jobs\.\n$/s],
    [/^import /, 1, /workers 1 to 11 "my-runner" \(token-unknown\).*\n {6}adopt:\n {8}id: 12\n/s],
    [/^prune /, 1, /^Would delete 9 runners\n.*\nNothing was changed\. Give --yes to do it\.\n$/s],
    [/^access scan .*--check/, 1, /0 of 2 needs met, 2 gaps, 0 unused\./],
    [/^access scan /, 0, /containers\/poetry:\n +consumers:\n +projects:\n +- apps\/etl .*\n +- apps\/web /],
    [/^plugins/, 0, /Pulumi\.yaml: packages? (gitlab and )?gitlab-fleet .* in node_modules\/gitlab-fleet\/plugin\.\n$/],
    [/^validate$/, 0, /^No mistake in 4 stacks\.\n$/],
    [/^schema$/, 0, /^\{\n {2}"\$schema": "http:\/\/json-schema\.org\/draft-07\/schema#",/],
    [/^schema .*\.json$/, 0, /^$/],
    [/^report /, 0, /^Fleet prod: 1 runner created\n/],
    [/^access who /, 0, /\n +containers\/poetry +itself +default/],
    [/^--version$/, 0, /^\d+\.\d+\.\d+\n$/],
];

describe("the command's lines in the documentation", () => {
    let sandbox: Sandbox;
    let folder: string;
    let env: NodeJS.ProcessEnv;

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "docs-"));
        fs.writeFileSync(path.join(folder, "config.toml"), renderLegacyConfig(SEED, sandbox.url));
        fs.writeFileSync(path.join(folder, "gitlab-runner.log"), "");
        const preview = toJson([{ op: "create", type: "UserRunner", name: "small" }]);
        fs.writeFileSync(path.join(folder, "preview.json"), preview);
        fs.mkdirSync(path.join(folder, "node_modules/gitlab-fleet/plugin"), { recursive: true });
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

    it("are what each command's help shows", async () => {
        const shown = new Set(commands.map(({ args }) => args));
        for (const { name, examples } of COMMANDS) {
            for (const example of examples) {
                expect(shown.has(example), `no page in docs/ shows: npx gitlab-fleet ${example}`).to.equal(true);
            }
            const of = examples[0]!.split(" ").slice(0, WITH_COMMANDS.includes(name) ? 2 : 1);
            expect((await runCli([...of, "--help"])).out).to.contain(`npx gitlab-fleet ${examples[0]}`);
        }
    });

    for (const { file, args } of commands) {
        const words = args.split(/\s+/).map((word) => word.replace(/^'(.*)'$/, "$1"));
        const flags = words.filter((word) => word.startsWith("--"));
        // These ask the Pulumi CLI for a stack's state, or a host, and there is none here.
        const asksOthers = flags.some((flag) => flag === "--stack" || flag === "--all-stacks");
        if (asksOthers || words.some((word) => word.startsWith("ssh://"))) {
            it(`has flags that exist: ${args} (${file})`, async () => {
                const of = words.slice(0, WITH_COMMANDS.includes(words[0]!) ? 2 : 1);
                const { out } = await runCli([...of, "--help"]);
                for (const flag of flags) expect(out).to.include(`${flag} `);
            });
        } else {
            it(`runs: ${args} (${file})`, async () => {
                const argv = words.map((word) =>
                    /\.(toml|log|html|json)$/.test(word) ? path.join(folder, path.basename(word)) : word,
                );
                const gitlab = argv.indexOf("--gitlab");
                if (gitlab >= 0) argv[gitlab + 1] = sandbox.url;
                if (words[0] === "plugins") {
                    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
                    argv.push("--project", folder);
                }
                const { code, out, err } = await runCli(argv, { env, input: "glrt-aaaaaaaaaaaaaaaaaaaa\n" });
                const [, expected, says] = EXPECTED.find(([line]) => line.test(args))!;
                expect(code, err).to.equal(expected);
                expect(out).to.match(says);
                for (const page of argv.filter((word) => word.endsWith(".html"))) {
                    expect(fs.readFileSync(page, "utf8")).to.match(/^<!doctype html>/i);
                }
            });
        }
    }
});
