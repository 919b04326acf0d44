import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as yaml from "yaml";
import { findMissingFile, type Job } from "../../../cli/pipeline/job";
import { isTouched } from "../../../cli/pipeline/touched";
import { runCli } from "../../cli/helpers";
import { type Review, startReview } from "../../cli/pipeline/world";
import { type MadeStep, toJson } from "../../cli/report/world";

const IDENTITY = { GIT_AUTHOR_NAME: "d", GIT_AUTHOR_EMAIL: "d@x", GIT_COMMITTER_NAME: "d", GIT_COMMITTER_EMAIL: "d@x" };

describe("gitlab-fleet pipeline", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-pipeline-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    const write = (name: string, text: string) => {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), text);
    };

    describe("of a merge request", () => {
        const git = (...args: string[]) =>
            execFileSync("git", ["-C", folder, ...args], {
                env: { ...process.env, ...IDENTITY },
                encoding: "utf8",
            }).trim();
        let base: string;
        beforeEach(() => {
            git("init", "--quiet", "--initial-branch=main");
            write("infra/Pulumi.yaml", "name: shop\nruntime: nodejs\nstackConfigDir: stacks\n");
            for (const name of ["Pulumi.prod.yaml", "Pulumi.staging.yaml", "common.yaml"])
                write(`infra/stacks/${name}`, "config: {}\n");
            git("add", "--all");
            git("commit", "--quiet", "--message", "one");
            base = git("rev-parse", "HEAD");
        });
        const touched = (stack: string, env: NodeJS.ProcessEnv = { CI_MERGE_REQUEST_DIFF_BASE_SHA: base }) =>
            isTouched({ folder: path.join(folder, "infra"), stack } as Job, { ...process.env, ...env });
        const change = (...names: string[]) => {
            for (const name of names) write(name, "config: { a: b }\n");
            git("add", "--all");
            git("commit", "--quiet", "--message", "two");
        };

        it("looks at the stacks whose file it changes, and not at the others", () => {
            change("infra/stacks/Pulumi.prod.yaml");
            expect([touched("prod"), touched("staging")]).to.deep.equal([true, false]);
        });

        it("looks at all of them where it changes what several share, or anything else", () => {
            for (const name of ["infra/stacks/common.yaml", "infra/index.ts", "README.md", "stacks/Pulumi.prod.yaml"]) {
                change(name);
                expect(touched("staging"), name).to.equal(true);
                git("reset", "--quiet", "--hard", base);
            }
        });

        it("looks at a stack whose file goes, by whatever name it goes on, and knows a stack by its whole name", () => {
            git("mv", "infra/stacks/Pulumi.prod.yaml", "infra/stacks/Pulumi.old.yaml");
            git("commit", "--quiet", "--message", "renamed");
            expect([touched("prod"), touched("staging")]).to.deep.equal([true, true]);
            git("reset", "--quiet", "--hard", base);
            git("mv", "infra/stacks/common.yaml", "infra/stacks/Pulumi.dev.yaml");
            git("commit", "--quiet", "--message", "shared no longer");
            expect(touched("prod")).to.equal(true);
            git("reset", "--quiet", "--hard", base);
            change("infra/stacks/Pulumi.prod.yaml");
            for (const name of ["acme/prod", "organization/shop/prod"]) expect(touched(name), name).to.equal(true);
        });

        it("looks at a stack that has no file, whose name may be misspelt", () => {
            change("infra/stacks/Pulumi.prod.yaml");
            expect(touched("stagin")).to.equal(true);
        });

        it("knows a file that no commit has and Pulumi has written for none", () => {
            const missing = (stack: string) => findMissingFile({ folder: path.join(folder, "infra"), stack });
            expect([missing("prod"), missing("dev")?.slice(0, 23)]).to.deep.equal([
                undefined,
                "Stack dev has no file s",
            ]);
            write("infra/stacks/Pulumi.dev.yaml", "# by Pulumi\nencryptionsalt: v1:x\n");
            expect(missing("dev")).to.include("so up refuses").and.include("pulumi destroy --stack dev");
            write("infra/stacks/Pulumi.dev.yaml", "encryptionsalt: v1:x\nconfig:\n  a: b\n");
            expect(missing("dev")).to.equal(undefined);
            // Whoever has committed it means it: a program that needs no configuration.
            write("infra/stacks/Pulumi.dev.yaml", "encryptionsalt: v1:x\n");
            git("add", "--all");
            expect(missing("dev")).to.equal(undefined);
        });

        it("looks at a stack where git cannot tell", () => {
            change("infra/stacks/Pulumi.prod.yaml");
            expect(touched("staging", { CI_MERGE_REQUEST_DIFF_BASE_SHA: "" })).to.equal(true);
            expect(touched("staging", { CI_MERGE_REQUEST_DIFF_BASE_SHA: "f".repeat(40) })).to.equal(true);
            expect(touched("staging", { CI_MERGE_REQUEST_DIFF_BASE_SHA: "--output=/tmp/x" })).to.equal(true);
        });
    });

    describe("with policies", () => {
        /** A `pulumi` of some version that writes down how it was called. */
        const preview = async (version: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) => {
            write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
            write("printed.json", toJson([]));
            write(
                "bin/pulumi",
                `#!/bin/sh\ncase $1 in version) echo '${version}' ;; *) echo "$*" >'${folder}/call'; cat '${folder}/printed.json' ;; esac\n`,
            );
            fs.chmodSync(path.join(folder, "bin/pulumi"), 0o755);
            const PATH = `${path.join(folder, "bin")}${path.delimiter}${process.env.PATH}`;
            const place = ["--stack", "prod", "--project", folder, "--output", path.join(folder, "out")];
            const { code, err } = await runCli(["pipeline", "preview", ...place, ...args], {
                env: { PATH, GITLAB_TOKEN: "glpat-of-somebody-else", ...env },
            });
            const call = path.join(folder, "call");
            return { code, err, call: fs.existsSync(call) ? fs.readFileSync(call, "utf8").trim() : "" };
        };

        it("are asked for advice unless somebody says otherwise", async () => {
            const { code, err, call } = await preview("v3.256.0");
            expect([code, err]).to.deep.equal([0, ""]);
            expect(call).to.match(
                /^preview --json --policy-pack \S+\/policies\/gitlab-fleet-policies --policy-pack-config \S+\/advisory\.json /,
            );
            for (const [args, env] of [
                [["--policies", "off"], {}],
                [[], { FLEET_POLICIES: "off" }],
            ] as const)
                expect((await preview("v3.256.0", [...args], env)).call).not.to.contain("policy");
        });

        it("have the levels of a file of the project, which has to be there", async () => {
            write("levels.json", "{}");
            const { call } = await preview("4.0.0", ["--policies", "levels.json"]);
            expect(call).to.contain(`--policy-pack-config ${path.join(folder, "levels.json")} `);
            const { code, err } = await preview("4.0.0", ["--policies", "none.json"]);
            expect([code, err.includes("--policies must be advisory, off, or a file of levels")]).to.deep.equal([
                2,
                true,
            ]);
        });

        it("are left out, with a sentence, where Pulumi cannot start them, unless a file asks for them", async () => {
            for (const [version, why] of [
                ["v3.255.9", "they need Pulumi 3.256 or newer (found v3.255.9)"],
                ["", "pulumi version did not tell which it is"],
            ] as const) {
                const { code, err, call } = await preview(version);
                expect(code).to.equal(0);
                expect(err).to.contain(why).and.contain("--policies off");
                expect(call).to.match(/^preview --json --stack/);
                write("levels.json", "{}");
                fs.rmSync(path.join(folder, "call"));
                const strict = await preview(version, ["--policies", "levels.json"]);
                expect([strict.code === 0, strict.call]).to.deep.equal([false, ""]);
                expect(strict.err).to.contain(why);
            }
        });
    });

    describe("by any of its commands", () => {
        /** A `pulumi` that writes down how it was called, and answers with what it is given. */
        const run = async (what: string, answers: Record<string, string>, env: NodeJS.ProcessEnv = {}) => {
            write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
            for (const [name, text] of Object.entries({ version: "v3.259.0", ...answers }))
                write(`answers/${name}`, text);
            write(
                "bin/pulumi",
                `#!/bin/sh\necho "$*" >>'${folder}/calls'\ncat '${folder}/answers/'"$1" 2>/dev/null || true\nexit $(cat '${folder}/answers/'"$1.code" 2>/dev/null || echo 0)\n`,
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
            const { code, out } = await run("preview", { preview: made });
            expect([code, out]).to.deep.equal([0, out]);
            expect(out).to.include("1 resource in detail: out/report.html").and.not.include("--all");
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
                expect(out + err)
                    .to.include("evil.example")
                    .and.include("it is sent nowhere")
                    .and.include("FLEET_GITLAB");
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
                /--policy-pack-config \S+\/advisory\.json/,
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

    describe("the component, and ci/fleet.yml", () => {
        interface Part {
            extends?: string;
            artifacts?: { reports?: Record<string, string> };
        }
        for (const file of ["templates/fleet/template.yml", "ci/fleet.yml"])
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

    describe("with a token for notes", () => {
        let review: Review;
        before(async () => {
            review = await startReview();
        });
        after(() => review.close());

        /** A `pulumi` that prints a preview of one runner. */
        const preview = async (mergeRequest: number, token: string, printed: string, more: NodeJS.ProcessEnv = {}) => {
            write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
            write("printed.json", printed);
            write(
                "bin/pulumi",
                `#!/bin/sh\ncase $1 in version) echo v3.259.0 ;; config) exit 255 ;; *) echo "$*" >>'${folder}/calls'; cat '${folder}/printed.json' ;; esac\n`,
            );
            fs.chmodSync(path.join(folder, "bin/pulumi"), 0o755);
            return runCli(
                ["pipeline", "preview", "--stack", "prod", "--project", folder, "--output", path.join(folder, "out")],
                {
                    env: {
                        PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env.PATH}`,
                        GITLAB_TOKEN: "glpat-of-somebody-else",
                        CI_API_V4_URL: `${review.sandbox.url}/api/v4`,
                        CI_PROJECT_ID: String(review.project),
                        CI_PIPELINE_ID: "7",
                        CI_MERGE_REQUEST_IID: String(mergeRequest),
                        CI_COMMIT_SHA: "0123456789abcdef0123456789abcdef01234567",
                        CI_JOB_URL: "https://gitlab.example.org/ops/fleet/-/jobs/7",
                        FLEET_NOTES_TOKEN: token,
                        ...more,
                    },
                },
            );
        };
        const made = toJson([{ op: "create", type: "UserRunner", name: "small" }]);
        const notes = () => review.sandbox.db.notes.all().map(({ body }) => body);

        it("leaves a note with a link to the whole report, and the report in every form", async () => {
            const { code, out, err } = await preview(review.mergeRequest(), review.sandbox.tokens.bot!, made);
            expect([code, err]).to.deep.equal([0, ""]);
            expect(out).to.include("The note is written.");
            expect(notes().at(-1)).to.include(
                "[The whole report](<https://gitlab.example.org/ops/fleet/-/jobs/7/artifacts/browse>) of commit 01234567\n",
            );
            expect(fs.readdirSync(path.join(folder, "out")).sort()).to.deep.equal([
                "code-quality.json",
                "plan.json",
                "report.html",
                "report.md",
            ]);
        });

        it("begins no note about warnings of a stack that nothing changes: there would be one for each stack, in each merge request", async () => {
            const manager: MadeStep = { op: "same", type: "RunnerManager", name: "ci-01" };
            const before = notes().length;
            const warned = toJson([manager], [["warning", manager, "it is privileged"]]);
            const { out } = await preview(review.mergeRequest(), review.sandbox.tokens.bot!, warned);
            expect(out).to.include("it is privileged").and.include("Nothing changes: no note.");
            expect(notes()).to.have.length(before);
        });

        it("names the stack's file from the top of the repository", async () => {
            const manager: MadeStep = { op: "same", type: "RunnerManager", name: "ci-01" };
            const text = toJson([manager], [["warning", manager, "it is privileged"]]);
            await preview(review.mergeRequest(), "", text, { CI_PROJECT_DIR: path.dirname(folder) });
            const [issue] = JSON.parse(fs.readFileSync(path.join(folder, "out/code-quality.json"), "utf8"));
            expect(issue.location.path).to.equal(`${path.basename(folder)}/Pulumi.prod.yaml`);
        });

        it("ends as the preview did where the token is none, expired, without scope, or of somebody who may not write", async () => {
            const iid = review.mergeRequest();
            const before = notes().length;
            for (const token of [
                "gldt-0123456789abcdef",
                review.sandbox.tokens.expired!,
                review.sandbox.tokens.reader!,
            ]) {
                const { code, err } = await preview(iid, token, made);
                expect(code).to.equal(0);
                expect(err)
                    .to.match(/^GitLab was not told with FLEET_NOTES_TOKEN: /)
                    .and.not.include("gitlab:token")
                    .and.not.include(token);
            }
            expect(notes()).to.have.length(before);
        });

        it("keeps a note below what GitLab takes, whatever the size of the preview", async () => {
            const steps = Array.from({ length: 30_000 }, (_, at) => ({
                op: "create",
                type: "UserRunner",
                name: `runner-${at}-${"x".repeat(40)}`,
            }));
            const { code } = await preview(review.mergeRequest(), review.sandbox.tokens.bot!, toJson(steps));
            expect(code).to.equal(0);
            expect(notes().at(-1)!.length).to.be.below(61_000);
        });
    });
});
