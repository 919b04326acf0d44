import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
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

        it("looks at no others where the project lies behind a link", () => {
            const link = path.join(folder, ".git/link");
            fs.symlinkSync(folder, link);
            change("infra/stacks/Pulumi.prod.yaml");
            const behind = (stack: string) =>
                isTouched({ folder: path.join(link, "infra"), stack } as Job, {
                    ...process.env,
                    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
                });
            expect([behind("prod"), behind("staging")]).to.deep.equal([true, false]);
        });

        it("looks at all of them where it changes what several share, or anything else", () => {
            for (const name of ["infra/stacks/common.yaml", "infra/index.ts", "README.md", "stacks/Pulumi.prod.yaml"]) {
                change(name);
                expect(touched("staging"), name).to.equal(true);
                git("reset", "--quiet", "--hard", base);
            }
        });

        it("looks at all of them where a submodule changes, though git is told to ignore it", () => {
            write(".gitmodules", '[submodule "program"]\n\tpath = program\n\turl = ./program\n\tignore = all\n');
            const point = (commit: string) => {
                git("update-index", "--add", "--cacheinfo", `160000,${commit},program`);
                git("commit", "--quiet", "--message", "program");
            };
            git("add", "--all");
            point(base);
            const before = git("rev-parse", "HEAD");
            point(before);
            expect(touched("staging", { CI_MERGE_REQUEST_DIFF_BASE_SHA: before })).to.equal(true);
            write("infra/stacks/Pulumi.prod.yaml", "config: { a: b }\n");
            git("add", "infra");
            git("commit", "--quiet", "--message", "prod");
            expect(touched("staging", { CI_MERGE_REQUEST_DIFF_BASE_SHA: before })).to.equal(true);
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

        it("looks at a stack whose file is a link, because it may lead to another stack's", () => {
            fs.symlinkSync("Pulumi.staging.yaml", path.join(folder, "infra/stacks/Pulumi.dev.yaml"));
            git("add", "--all");
            git("commit", "--quiet", "--message", "dev is as staging");
            const before = git("rev-parse", "HEAD");
            change("infra/stacks/Pulumi.staging.yaml");
            const since = { CI_MERGE_REQUEST_DIFF_BASE_SHA: before };
            expect([touched("dev", since), touched("prod", since)]).to.deep.equal([true, false]);
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
            write("infra/stacks/Pulumi.dev.yaml", "");
            expect(missing("dev")).to.equal(undefined);
        });

        it("takes a file for a stack's that ends as Pulumi.yaml does, because Pulumi reads no other", () => {
            const missing = () => findMissingFile({ folder: path.join(folder, "infra"), stack: "prod" });
            git("mv", "infra/stacks/Pulumi.prod.yaml", "infra/stacks/Pulumi.prod.yml");
            expect(missing()).to.include("Stack prod has no file stacks/Pulumi.prod.yaml");
            git("mv", "infra/Pulumi.yaml", "infra/Pulumi.yml");
            expect(missing()).to.equal(undefined);
            git("mv", "infra/stacks/Pulumi.staging.yaml", "infra/stacks/Pulumi.staging.yml");
            git("rm", "--quiet", "-f", "infra/stacks/Pulumi.prod.yml");
            expect(missing()).to.include("Stack prod has no file stacks/Pulumi.prod.yml");
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
                /^preview --json --policy-pack \/.+\/policies\/gitlab-fleet-policies --policy-pack-config \/.+\/advisory\.json /,
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
            // Builds may lie behind a link: the variable names it, and the shell is where it leads.
            const link = path.join(folder, "link");
            fs.symlinkSync(path.dirname(folder), link);
            for (const CI_PROJECT_DIR of [path.dirname(folder), link]) {
                await preview(review.mergeRequest(), "", text, { CI_PROJECT_DIR });
                const [issue] = JSON.parse(fs.readFileSync(path.join(folder, "out/code-quality.json"), "utf8"));
                expect(issue.location.path).to.equal(`${path.basename(folder)}/Pulumi.prod.yaml`);
            }
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
