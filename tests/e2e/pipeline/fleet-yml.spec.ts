import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as yaml from "yaml";
import { root } from "../../../dev/scripts/pulumi";
import { startSandbox } from "../../../sandbox";
import { execute } from "../../helpers/shell";
import { demoFleet } from "../demo/fleets";
import { copySources } from "./world";

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
        copySources(clone);
        fs.writeFileSync(path.join(clone, "stacks", "Pulumi.prod.yaml"), demoFleet(clone));
        sandbox = await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") });
        variables = {
            CI_API_V4_URL: `${sandbox.url}/api/v4`,
            CI_PROJECT_DIR: clone,
            CI_PROJECT_ID: "7",
            CI_DEFAULT_BRANCH: "main",
            FLEET_TOKEN_READ: sandbox.tokens.reader!,
            FLEET_TOKEN: sandbox.tokens.owner!,
            PULUMI_BACKEND_URL: `file://${clone}?metadata=skip`,
            PULUMI_CONFIG_PASSPHRASE: "pipeline",
            PULUMI_HOME: path.join(root, ".cache", "pulumi-home"),
            // What the image has.
            FLEET_IMAGE_ROOT: root,
            PATH: [path.join(root, "ci/image"), path.join(root, ".cache", "bin"), process.env.PATH].join(
                path.delimiter,
            ),
            CI_COMMIT_REF_PROTECTED: "true",
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
        expect(pipeline["fleet up"]!.rules).to.deep.equal([
            { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"' },
        ]);
        expect(pipeline["fleet drift"]!.rules).to.deep.equal([
            { if: '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
        ]);
    });

    it("previews a merge request with a token that may only read, and changes nothing", async () => {
        const output = await run("fleet preview");
        expect(output)
            .to.match(/^Fleet prod: 1 runner created; /m)
            .and.include("runner my-runner is created");
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
            .to.match(/nothing changes/)
            .and.not.match(/to (create|update|delete|replace)/);
    });

    describe("after an update that was killed", () => {
        const PENDING = /pending operations/;
        const locks = () =>
            fs
                .readdirSync(path.join(clone, ".pulumi/locks"), { recursive: true })
                .filter((file) => `${file}`.endsWith(".json"));
        const lock = (host: string, pid: number) => {
            const folder = path.join(clone, ".pulumi/locks/organization/gitlab-fleet/prod");
            fs.mkdirSync(folder, { recursive: true });
            const content = { pid, username: "root", hostname: host, timestamp: new Date().toISOString() };
            fs.writeFileSync(path.join(folder, "0b4c.json"), JSON.stringify(content));
        };
        const ourRunners = () => sandbox.db.runners.all().filter((runner) => runner.description === "second");

        before(() => {
            const file = path.join(clone, "stacks", "Pulumi.prod.yaml");
            const second = "    second: { scope: { group: apps }, tags: [second], config: { executor: shell } }\n";
            const text = fs.readFileSync(file, "utf8");
            fs.writeFileSync(file, text.replace("gitlab-fleet:runners:\n", `gitlab-fleet:runners:\n${second}`));
        });

        it("goes through in the next pipeline, with nobody's help and without a warning of it", async () => {
            sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "hold-answer" } });
            const { file, args, options } = command("fleet up");
            // A process group of its own, as a container is: all of it goes.
            const job = spawn(file, args, { ...options, stdio: "ignore", detached: true });
            const ended = once(job, "exit");
            while (ourRunners().length === 0 && job.exitCode === null)
                await new Promise((next) => setTimeout(next, 20));
            process.kill(-job.pid!, "SIGKILL");
            await ended;
            expect(locks()).to.have.length(1);
            const [orphan] = ourRunners();

            expect(await run("fleet up"))
                .to.include("left its lock behind")
                .and.not.match(PENDING);
            expect(locks()).to.deep.equal([]);
            expect(ourRunners()).to.have.length(1);
            expect(ourRunners()[0]!.id).to.not.equal(orphan!.id);
            expect(await run("fleet up")).to.not.match(PENDING);
        });

        it("has left neither lock nor half a file where the job was cancelled", async () => {
            const file = path.join(clone, "stacks", "Pulumi.prod.yaml");
            const third = "    third: { scope: { group: apps }, tags: [third], config: { executor: shell } }\n";
            const text = fs.readFileSync(file, "utf8");
            fs.writeFileSync(file, text.replace("gitlab-fleet:runners:\n", `gitlab-fleet:runners:\n${third}`));
            sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "hold" } });
            const { file: shell, args, options } = command("fleet up");
            const job = spawn(shell, args, { ...options, stdio: "ignore", detached: true });
            const ended = once(job, "exit");
            const isHeld = () => sandbox.journal.entries().some(({ fault }) => fault === "hold");
            while (!isHeld() && job.exitCode === null) await new Promise((next) => setTimeout(next, 20));
            // As gitlab-runner does it: the whole group.
            process.kill(-job.pid!, "SIGTERM");
            await ended;
            // The shell goes at once, and Pulumi when it is done.
            while (isThere(-job.pid!)) await new Promise((next) => setTimeout(next, 50));
            expect(locks()).to.deep.equal([]);
            const folder = path.join(clone, "etc-gitlab-runner");
            expect(fs.readdirSync(folder).filter((name) => /tmp|new|part/.test(name))).to.deep.equal([]);
            expect(await run("fleet up"))
                .to.include("runner third is created")
                .and.not.include("left its lock behind");
        });

        it("goes through where the killed job was a container or a pod of this project", async () => {
            for (const host of ["runner-t1abc-project-7-concurrent-0"]) {
                lock(host, 1);
                await run("fleet up");
                expect(locks()).to.deep.equal([]);
            }
        });

        it("stops before the lock of somebody who may still be at work, and says whose it is", async () => {
            for (const [host, pid] of [
                ["laptop", 1],
                ["runner-t1abc-project-77-concurrent-0", 1],
                [os.hostname(), process.pid],
            ] as const) {
                lock(host, pid);
                const output = await fail("fleet up");
                expect(output)
                    .to.include(`locked by root@${host}, process ${pid}, since`)
                    .and.include("docs/after-a-crash.md");
                expect(locks()).to.have.length(1);
            }
        });
    });

    describe("where something is wrong", () => {
        const files = ["plan.json", "code-quality.json", "report.md", "report.html"];
        /** What the preview says with other variables; the reports are there all the same. */
        const preview = async (changes: Record<string, string>, expected = 1) => {
            fs.rmSync(path.join(clone, "fleet-report"), { recursive: true, force: true });
            const { file, args, options } = command("fleet preview");
            const env = { ...options.env, ...changes };
            const { code, output } = await execute(file, args, { ...options, env });
            expect(code, output).to.equal(expected);
            if (expected === 1) expect(fs.readdirSync(path.join(clone, "fleet-report"))).to.have.members(files);
            return output;
        };

        it("says of a token that GitLab refuses, and of one without the scope, which it is", async () => {
            const { db } = sandbox;
            const reader = db.tokens.first("text", sandbox.tokens.reader!)!;
            db.tokens.update(reader.id, { expiresAt: 1 });
            expect(await preview({})).to.include("unknown, revoked or expired");
            db.tokens.update(reader.id, { expiresAt: null, scopes: ["read_registry"] });
            // GitLab says no more of it than that.
            expect(await preview({})).to.match(/GitLab refused \S+ \S+ \(40[13]\)/);
            db.tokens.update(reader.id, { scopes: ["read_api"] });
        });

        it("ends with a sentence and code 3 without a token, and without the passphrase", async () => {
            expect(await preview({ FLEET_TOKEN_READ: "" }, 3)).to.include("No preview of prod");
            const { PULUMI_CONFIG_PASSPHRASE: _, ...others } = variables;
            const all = variables;
            variables = others;
            expect(await preview({}, 3)).to.include("the passphrase of the stack");
            variables = all;
        });

        it("says which stack is unknown, that a passphrase is wrong, and what became of a state or a backend", async () => {
            expect(await preview({ FLEET_STACK: "prd" })).to.match(/no stack named 'prd'/);
            expect(await preview({ PULUMI_CONFIG_PASSPHRASE: "wrong" })).to.include("incorrect passphrase");
            expect(await preview({ PULUMI_BACKEND_URL: "file:///nowhere/at/all" })).to.match(/Fleet prod: failed/);
            const state = path.join(clone, ".pulumi/stacks/gitlab-fleet/prod.json");
            const whole = fs.readFileSync(state);
            fs.writeFileSync(state, whole.subarray(0, 300));
            expect(await preview({})).to.match(/Fleet prod: failed\n\nErrors\n {2}! failed to load checkpoint/);
            fs.writeFileSync(state, whole);
        });
    });

    function isThere(group: number): boolean {
        try {
            return process.kill(group, 0);
        } catch {
            return false;
        }
    }

    async function run(name: string): Promise<string> {
        const { file, args, options } = command(name);
        const result = await execute(file, args, options);
        expect(result.code, `${args.at(-1)}\n${result.output}`).to.equal(0);
        return result.stdout;
    }

    async function fail(name: string): Promise<string> {
        const { file, args, options } = command(name);
        const result = await execute(file, args, options);
        expect(result.code, result.output).to.not.equal(0);
        return result.output;
    }

    /** One job's lines, joined as gitlab-runner joins them: the first that fails ends it. */
    function command(name: string) {
        const job = pipeline[name]!;
        const base = pipeline[job.extends]!;
        const lines = [...(base.before_script ?? []), ...job.script];
        const env: Record<string, string> = { ...variables, ...expanded(base.variables ?? {}) };
        return { file: "bash", args: ["-eo", "pipefail", "-c", lines.join("\n")], options: { cwd: clone, env } };
    }

    /** A job's variables with the others they name filled in. */
    function expanded(own: Record<string, string>): Record<string, string> {
        const fill = (text: string): string => text.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? "");
        return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, fill(value)]));
    }
});
