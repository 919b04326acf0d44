import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as yaml from "yaml";
import { runCli } from "../../cli/helpers";
import { toJson } from "../../cli/report/world";

describe("a job of gitlab-fleet pipeline", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-job-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    const write = (name: string, text: string) => {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), text);
    };

    describe("by any of its commands", () => {
        /** A `pulumi` that writes down how it was called, and answers with what it is given. */
        const run = async (what: string, answers: Record<string, string>, env: NodeJS.ProcessEnv = {}) => {
            write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
            for (const [name, text] of Object.entries({ version: "v3.259.0", ...answers }))
                write(`answers/${name}`, text);
            write(
                "bin/pulumi",
                `#!/bin/sh\necho "$*" >>'${folder}/calls'\necho "$FLEET_GITLAB_ONLY" >>'${folder}/only'\ncat '${folder}/answers/'"$1$2" 2>/dev/null || cat '${folder}/answers/'"$1" 2>/dev/null || true\nexit $(cat '${folder}/answers/'"$1.code" 2>/dev/null || echo 0)\n`,
            );
            fs.chmodSync(path.join(folder, "bin/pulumi"), 0o755);
            fs.rmSync(path.join(folder, "calls"), { force: true });
            const place = ["--stack", "prod", "--project", folder, "--output", path.join(folder, "out")];
            const ran = await runCli(["pipeline", what, ...place], {
                env: {
                    PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env.PATH}`,
                    PULUMI_HOME: path.join(folder, "home"),
                    GITLAB_TOKEN: "glpat-of-somebody-else",
                    GITLAB_BASE_URL: "http://127.0.0.1:1",
                    CI_PROJECT_DIR: folder,
                    ...env,
                },
            });
            const file = path.join(folder, "calls");
            const calls = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
            return { ...ran, calls: calls.filter((call) => !/^(version|config)/.test(call)) };
        };
        const made = toJson([{ op: "create", type: "UserRunner", name: "small" }]);
        const history = (pipeline: string, kind = "update") =>
            JSON.stringify([
                { kind: "refresh", environment: { "ci.system": "GitLab CI/CD", "ci.build.id": "9" } },
                {
                    kind,
                    environment: {
                        "ci.system": "GitLab CI/CD",
                        "ci.build.id": pipeline,
                        "ci.build.url": "https://gitlab.example.org/j/7",
                        "git.head": "0123456789abcdef",
                    },
                },
            ]);

        it("names the page for the details, as the artifacts have it, and no option that the job has not got", async () => {
            const link = path.join(folder, "link");
            fs.symlinkSync(folder, link);
            for (const CI_PROJECT_DIR of [folder, link]) {
                const { code, out } = await run("preview", { preview: made }, { CI_PROJECT_DIR });
                expect([code, out]).to.deep.equal([0, out]);
                expect(out).to.include("1 resource in detail: out/report.html").and.not.include("--all");
            }
        });

        it("is red, in each of them, where the stack has no file and others have theirs", async () => {
            write("Pulumi.staging.yaml", "config: {}\n");
            const { code, out } = await run("preview", { preview: made });
            expect(code).to.equal(1);
            expect(out)
                .to.match(/^Fleet prod: failed\n/)
                .and.include("Stack prod has no file Pulumi.prod.yaml");
            for (const what of ["up", "drift"]) expect((await run(what, { version: "" })).code, what).to.equal(2);
        }).timeout(60_000);

        it("says which variable of the project the token came from that GitLab refused", async () => {
            const refused = "GitLab refused it (401). Set a valid one: `x`, or GITLAB_TOKEN in the environment.";
            const { out } = await run(
                "preview",
                { preview: toJson([], [["error", undefined, refused]]) },
                {
                    FLEET_TOKEN_READ: "glpat-of-somebody-else",
                },
            );
            expect(out.replace(/\s+/g, " ")).to.include(
                "In this job GITLAB_TOKEN is the CI/CD variable FLEET_TOKEN_READ.",
            );
        });

        it("sends the token to no GitLab that a stack's configuration names and the project's variables do not", async () => {
            const job = { CI_API_V4_URL: "https://gitlab.example.org/api/v4", GITLAB_BASE_URL: "" };
            const config = "https://gitlab.example.org.evil.example/api/v4/\n";
            for (const what of ["preview", "up", "drift"]) {
                const { code, out, err, calls } = await run(what, { preview: made, config }, job);
                expect([code === 0, calls], what).to.deep.equal([false, []]);
                // What was encrypted may have been moved there, to have it printed.
                expect(out + err)
                    .to.include("gitlab:baseUrl of stack prod")
                    .and.include("it is sent nowhere")
                    .and.include("FLEET_GITLAB")
                    .and.not.include("evil.example");
            }
            for (const [address, env] of [
                ["https://gitlab.example.org\n", {}],
                ["https://gitlab.example.org/api/v4/\n", {}],
                ["", {}],
                [config, { GITLAB_BASE_URL: "https://gitlab.example.org.evil.example" }],
                [config, { FLEET_GITLAB: "https://a.example, https://gitlab.example.org.evil.example/" }],
                // Not a pipeline.
                [config, { CI_API_V4_URL: "" }],
            ] as const)
                expect(
                    (await run("preview", { preview: made, config: address }, { ...job, ...env })).code,
                    address,
                ).to.equal(0);
            // A stack without an address of its own.
            const none = await run("preview", { preview: made, "config.code": "255" }, job);
            expect(none.code).to.equal(0);
        }).timeout(60_000);

        it("has Pulumi's plugin, and itself, send the token to no other GitLab, where Pulumi takes another address than it said", async () => {
            const job = {
                CI_API_V4_URL: "https://gitlab.example.org/api/v4",
                GITLAB_BASE_URL: "",
                FLEET_GITLAB: "https://other.example",
                FLEET_GITLAB_ONLY: "https://evil.example",
            };
            const runner = toJson([{ op: "same", type: "UserRunner", name: "small" }]);
            const { code, out, err } = await run(
                "drift",
                {
                    preview: runner,
                    configget: "https://gitlab.example.org\n",
                    "config--show-secrets": JSON.stringify({
                        "gitlab:baseUrl": { value: "http://127.0.0.1:1/api/v4/" },
                    }),
                },
                job,
            );
            expect(code, out + err).to.equal(0);
            expect(err).to.match(
                /^Versions of managers could not be compared: gitlab:baseUrl of stack \S+ is not the GitLab /,
            );
            expect(fs.readFileSync(path.join(folder, "only"), "utf8").split("\n")[0]).to.equal(
                "https://gitlab.example.org/api/v4/ https://other.example/api/v4/",
            );
        });

        it("runs no Pulumi with variables that a stack's file gives it, by which anything could be run", async () => {
            const job = { CI_API_V4_URL: "https://gitlab.example.org/api/v4", GITLAB_BASE_URL: "" };
            const variables = "environmentVariables: { NODE_OPTIONS: --import=./evil.mjs }";
            const refused = [
                `environment: { values: { ${variables} } }`,
                `"environm\\x65nt":\n  imports: [shop/ci]\n  values:\n    pulumiConfig: { a: b }\n    ${variables}`,
                "environment: { values: { files: { PULUMI_CONFIG_PASSPHRASE_FILE: x } } }",
                `x: &x { environment: { values: { ${variables} } } }\n<<: *x`,
                `a: &v { ${variables} }\nenvironment: { values: { <<: *v } }`,
                `!!binary "ZW52aXJvbm1lbnQ=": { values: { ${variables} } }`,
            ];
            for (const text of refused)
                for (const what of ["preview", "up", "drift"]) {
                    write("Pulumi.prod.yaml", `${text}\nconfig: {}\n`);
                    const { code, out, err, calls } = await run(what, { preview: made, config: "" }, job);
                    expect([code === 0, calls], `${what} ${text}`).to.deep.equal([false, []]);
                    expect((out + err).replace(/\s+/g, " ")).to.include("Pulumi.prod.yaml sets variables of the job");
                }
            for (const text of [
                "environment: [shop/ci]",
                "environment: { imports: [shop/ci] }",
                "x-shared: &x { a: b }",
            ]) {
                write("Pulumi.prod.yaml", `${text}\nconfig: {}\n`);
                expect((await run("preview", { preview: made, config: "" }, job)).code, text).to.equal(0);
            }
            write("Pulumi.prod.yaml", "environment: { values: { pulumiConfig: { a: b } } }\nconfig: {}\n");
            expect((await run("preview", { preview: made, config: "" }, job)).code).to.equal(0);
        }).timeout(60_000);

        it("prints in up what happens and nothing twice, and asks policies for advice with the report alone", async () => {
            const { code, out, calls } = await run("up", { preview: made });
            expect(code).to.equal(0);
            expect(out).to.not.include("drifted");
            expect(calls[0]).to.match(/^stack history/);
            expect(calls[1]).to.match(/^refresh/);
            expect(calls[2]).to.match(/^preview .*--policy-pack /);
            expect(calls[3]).to.match(/^up --yes --skip-preview --suppress-progress --suppress-outputs --stack prod/);
            write("levels.json", "{}");
            const strict = await run("up", { preview: made }, { FLEET_POLICIES: "levels.json" });
            expect(strict.calls[3]).to.include("--policy-pack-config");
        });

        it("says in up who holds the lock, where somebody has taken it since the look, and that nothing was applied", async () => {
            const up =
                "error: the stack is currently locked by 1 lock(s).\n  file:///x.json: created by dee@laptop (pid 7) at 2026-11-26T20:00:00Z\n";
            const { code, err } = await run("up", { preview: made, up, "up.code": "255" });
            expect(code).to.equal(2);
            expect(err)
                .to.include("Stack prod is locked by dee@laptop, process 7, since 2026-11-26T20:00:00Z")
                .and.include("Nothing was applied.")
                .and.not.include("is in the state");
            const other = await run("up", { preview: made, up: "error: no", "up.code": "255" });
            expect(other.err).to.include("What it had done by then is in the state");
        });

        it("says in up that a later pipeline has applied the stack, where something would be taken back", async () => {
            const up = async (answers: Record<string, string>, CI_PIPELINE_ID = "8") =>
                (await run("up", { preview: made, ...answers }, { CI_PIPELINE_ID })).err;
            expect(await up({ stack: history("9") })).to.include(
                "A later pipeline has applied stack prod since (https://gitlab.example.org/j/7, commit 01234567).",
            );
            expect(await up({ stack: history("9"), preview: toJson([]) })).to.equal("");
            for (const text of [history("8"), history("7"), history("9", "destroy"), "", "[]", "{}", history("x")])
                expect(await up({ stack: text }), text).to.equal("");
            expect(await up({ stack: history("9") }, "")).to.equal("");
        }).timeout(60_000);

        it("asks policies for advice in drift, whatever levels a file has: Code Quality compares with what they say there", async () => {
            expect((await run("drift", { preview: toJson([]) })).calls[0]).to.match(
                /--policy-pack-config \/.+\/advisory\.json/,
            );
            expect((await run("drift", { preview: toJson([]) }, { FLEET_POLICIES: "off" })).calls[0]).to.not.include(
                "policy",
            );
            const levels = {
                a: "mandatory",
                b: { enforcementLevel: "mandatory", exempt: [] },
                c: "disabled",
                d: { exempt: [] },
            };
            write("levels.json", JSON.stringify(levels));
            const { calls } = await run("drift", { preview: toJson([]) }, { FLEET_POLICIES: "levels.json" });
            const [, file = ""] = /--policy-pack-config (\S+)/.exec(calls[0]!) ?? [];
            expect(JSON.parse(fs.readFileSync(file, "utf8"))).to.deep.equal({
                all: "advisory",
                a: "advisory",
                b: { enforcementLevel: "advisory", exempt: [] },
                c: "disabled",
                d: { enforcementLevel: "advisory", exempt: [] },
            });
            write("levels.json", "{");
            const broken = await run("drift", { preview: toJson([]) }, { FLEET_POLICIES: "levels.json" });
            expect(broken.calls[0]).to.match(/\/advisory\.json/);
        }).timeout(60_000);
    });

    describe("the component, ci/fleet.yml and the template of a project", () => {
        interface Part {
            extends?: string;
            artifacts?: { reports?: Record<string, string> };
        }
        for (const file of ["templates/fleet/template.yml", "ci/fleet.yml", "templates/gitlab-fleet/.gitlab-ci.yml"])
            it(`leave Code Quality in every job, because GitLab compares pipelines: ${file}`, () => {
                const text = fs.readFileSync(path.join(__dirname, "../../..", file), "utf8").replace(/^.*\n---\n/s, "");
                const parts = yaml.parse(text.replace(/\$\[\[ inputs\.name \]\]/g, "fleet")) as Record<string, Part>;
                for (const job of ["fleet preview", "fleet up", "fleet drift"]) {
                    const own = parts[job]!;
                    const reports = { ...parts[own.extends!]?.artifacts?.reports, ...own.artifacts?.reports };
                    expect(reports.codequality, job).to.equal("fleet-report/code-quality.json");
                }
            });
    });
});
