import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { parse } from "yaml";
import { COMMANDS } from "../../cli/commands";
import { addManager, addRunner, type Sandbox, startSandbox } from "../../sandbox";
import { runCli } from "./helpers";
import { toJson } from "./report/world";

/** What moves a cursor, forges a line, hides a text, or means something to a shell, to YAML, to HTML or to GitLab's own log. */
const PIECES = [
    ...[
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\0",
        "\u001b[31m",
        "\u001b]8;;http://x\u0007",
        "\u009b2J",
        "\u202e",
        "\u2066",
        "\u200b",
    ],
    ...[
        "\u2028",
        "\u0085",
        "\ue000",
        "<{%fg 1%}>",
        "section_start:1:x\r\u001b[0K",
        "::add-mask::",
        "`id`",
        "$(id)",
        "$" + "{HOME}",
    ],
    ...[
        "'",
        '"',
        "\\",
        "<b>",
        "<!--",
        "-->",
        "|",
        "*",
        "- ",
        ": ",
        "#",
        "&a",
        "{{",
        "]](",
        "__proto__",
        "@all",
        "/close\n",
    ],
];
/** Begins no line of ours, and no element, key or entry. */
const FORGED = "FORGED";
const hostileText = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 })
    .map((pieces) => `${pieces.join("")}\n${FORGED}<i>${pieces.join("")}`);

/** Signs that must not reach a terminal, but the two that lay lines out. */
const UNSAFE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

describe("what the command prints of names and words that others chose", () => {
    let sandbox: Sandbox;
    let folder: string;
    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostile-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "root", admin: true }, { username: "olga" }],
                groups: [
                    { path: "apps", members: { olga: "owner" } },
                    { path: "libs", members: { olga: "owner" } },
                ],
                projects: [{ path: "apps/etl" }, { path: "libs/base", jobTokenScope: { enabled: true } }],
                tokens: [{ name: "root", user: "root", scopes: ["api"] }],
            },
        });
    });
    after(async () => {
        fs.rmSync(folder, { recursive: true });
        await sandbox.close();
    });

    const at = (name: string) => path.join(folder, name);
    const write = (name: string, text: string) => {
        fs.mkdirSync(path.dirname(at(name)), { recursive: true });
        fs.writeFileSync(at(name), text);
    };
    const run = (args: string[]) =>
        runCli(args, { env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4`, GITLAB_TOKEN: sandbox.tokens.root } });

    /** Puts a text wherever people, jobs and machines may put one. */
    function poison(text: string): void {
        const { db } = sandbox;
        sandbox.reset();
        for (const one of db.users.all()) db.users.update(one.id, { name: text });
        for (const one of db.groups.all()) db.groups.update(one.id, { name: text, fullName: text, description: text });
        for (const one of db.projects.all()) db.projects.update(one.id, { name: text, description: text });
        const groupId = db.groups.first("path", "apps")!.id;
        for (const token of ["glrt-hostile-one", "glrt-hostile-two"]) {
            const runner = addRunner(db, {
                ...{ runnerType: "group_type", groupId, token, description: text, maintenanceNote: text, name: text },
                ...{ tagList: [text, "docker"], contactedAt: 0, creationState: "finished" },
            });
            const words = { version: text, revision: text, platform: text, architecture: text, executor: text };
            addManager(db, {
                runnerId: runner.id,
                systemId: "s_0123456789ab",
                ...words,
                ipAddress: text,
                contactedAt: 0,
            });
        }
        const job = {
            image: "$CI_REGISTRY/libs/base/img:1",
            variables: { [text]: text },
            script: [`echo ${text}`, text],
        };
        const quoted = JSON.stringify({
            [text]: job,
            "plain job": { script: [`docker pull $CI_REGISTRY/libs/base:${text}`] },
        });
        const { id, defaultBranch } = db.projects.all().find(({ fullPath }) => fullPath === "apps/etl")!;
        db.files.insert({ projectId: id, ref: defaultBranch, path: ".gitlab-ci.yml", content: quoted });
        write(
            "config.toml",
            `concurrent = 1\n[[runners]]\nname = ${toToml(text)}\nurl = ${JSON.stringify(sandbox.url)}\ntoken = "glrt-hostile-one"\nexecutor = "docker"\n` +
                `environment = [${toToml(`A=${text}`)}]\n[runners.docker]\nimage = ${toToml(text)}\n[runners.custom]\nrun_args = [${toToml(text)}]\n`,
        );
        write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
        write(
            "Pulumi.prod.yaml",
            JSON.stringify({
                config: { "gitlab-fleet:runners": { [text]: { scope: { group: text }, tags: [text], [text]: text } } },
            }),
        );
        const runner = { op: "create", type: "UserRunner", name: text, after: { description: text } };
        write(
            "preview.json",
            toJson(
                [runner],
                [
                    ["warning", runner, text],
                    ["error", undefined, text],
                ],
            ),
        );
    }

    const RUNS: Record<string, string[][]> = {
        audit: [
            ["--group", "apps", "--all", "--html", "a.html"],
            ["--group", "apps", "--json"],
        ],
        doctor: [
            ["--config", "config.toml"],
            ["--config", "config.toml", "--json"],
        ],
        import: [
            ["--config", "config.toml"],
            ["--config", "config.toml", "--json"],
        ],
        prune: [
            ["--group", "apps", "--offline-for", "1d"],
            ["--group", "apps", "--offline-for", "1d", "--json"],
        ],
        access: [
            ["scan", "--group", "apps", "--matrix", "b.html"],
            ["scan", "--group", "apps", "--json"],
            ["who", "libs/base"],
        ],
        validate: [
            ["--project", "."],
            ["--project", ".", "--json"],
        ],
        report: [
            ["preview.json", "--all", "--html", "c.html"],
            ["preview.json", "--format", "markdown"],
            ["preview.json", "--format", "codequality"],
        ],
    };
    /** They print nothing that others chose; what `pipeline` prints is a report, or GitLab's words. */
    const NONE = ["pipeline", "schema", "plugins"];

    it("is tried for every subcommand", () => {
        const names = COMMANDS.map(({ name }) => name).sort();
        expect([...Object.keys(RUNS), ...NONE].sort(), "RUNS and NONE in this file").to.deep.equal(names);
    });

    for (const [command, runs] of Object.entries(RUNS)) {
        it(`is safe in a terminal, a file and a pipe: ${command}`, async () => {
            await fc.assert(
                fc.asyncProperty(hostileText, async (text) => {
                    poison(text);
                    for (const args of runs) {
                        const words = args.map((word) => (/\.(toml|json|html)$|^\.$/.test(word) ? at(word) : word));
                        expectSafe(await run([command, ...words]), args);
                        for (const page of words.filter((word) => word.endsWith(".html"))) expectSafePage(page);
                    }
                }),
                { numRuns: 5 },
            );
        });
    }

    it("is safe where GitLab itself says why not", async () => {
        await fc.assert(
            fc.asyncProperty(hostileText, async (text) => {
                poison(text);
                for (const body of [{ message: text }, { error: text, error_description: text }, text]) {
                    for (const args of [
                        ["audit", "--group", "apps"],
                        ["access", "scan", "--group", "apps"],
                    ]) {
                        sandbox.faults.clear();
                        sandbox.faults.plan({ times: 0, fault: { kind: "status", status: 403, body } });
                        const ran = await run(args);
                        expect(ran.code).not.to.equal(0);
                        expectSafe(ran, args);
                    }
                }
            }),
            { numRuns: 4 },
        );
    });

    function expectSafe({ out, err }: { out: string; err: string }, args: string[]): void {
        for (const text of [out, err]) {
            expect(UNSAFE.exec(text)?.[0], `${args.join(" ")}: ${JSON.stringify(text)}`).to.equal(undefined);
            expect(text).not.to.contain("<{%");
            expect(text.split("\n").filter((line) => line.startsWith(FORGED))).to.deep.equal([]);
            expect(err).not.to.match(/TypeError|RangeError|\n\s+at .*:\d+:\d+/);
        }
        if (args.includes("--json") || args.includes("codequality")) JSON.parse(out);
        if (args[0] === "--config" && !args.includes("--json") && out.includes("gitlab-fleet:"))
            expect(() => parse(out)).not.to.throw();
    }

    function expectSafePage(file: string): void {
        const page = fs.readFileSync(file, "utf8");
        expect(UNSAFE.exec(page)?.[0], file).to.equal(undefined);
        expect(page).not.to.contain(`${FORGED}<`);
    }
});

/** A text of TOML; gitlab-runner takes any character by its number. */
function toToml(text: string): string {
    const escaped = [...text].map((one) =>
        /[\w ]/.test(one) ? one : `\\U${one.codePointAt(0)!.toString(16).padStart(8, "0")}`,
    );
    return `"${escaped.join("")}"`;
}
