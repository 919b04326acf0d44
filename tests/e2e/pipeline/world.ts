import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { RunnerProcess } from "../../../dev/demo/runner-process";
import { root } from "../../../dev/scripts/pulumi";
import {
    type NewPipeline,
    type Pipeline,
    type ProjectVariable,
    readSeed,
    runPipeline,
    type Sandbox,
    startSandbox,
} from "../../../sandbox";
import { demoFleet } from "../demo/fleets";

const PROJECT = "ops/fleet";
export const PASSPHRASE = "correct horse battery staple";
const RUNNER_TOKEN = "glrt-the-runner-of-the-pipelines";

/** A GitLab with a repository of this project, and a real gitlab-runner with the shell executor that works its pipelines off. */
export interface PipelineWorld {
    sandbox: Sandbox;
    folder: string;
    /** Writes files on a branch, made from main where it is not there yet, and pushes. Returns the commit. */
    push(branch: string, files: Record<string, string>): string;
    /** Merges a branch into main with a merge commit, as GitLab does. */
    merge(iid: number): void;
    openMergeRequest(branch: string): number;
    /** Runs a pipeline to its end. */
    run(branch: string, source: NewPipeline["source"], iid?: number): Promise<Pipeline>;
    /** A job's log. */
    log(job: { id: number }): string;
    /** What a job left as a report. */
    report(job: { id: number }, type: string): unknown;
    close(): Promise<void>;
}

/** The stack's config with another line in place of one. */
export function stackText(folder: string, change: (text: string) => string = (text) => text): string {
    const salt = /^encryptionsalt: .*$/m.exec(fs.readFileSync(path.join(folder, "salt"), "utf8"))![0];
    return `${salt}\n${change(demoFleet(folder))}`;
}

export async function startPipelineWorld(): Promise<PipelineWorld> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-pipeline-"));
    const repositories = path.join(folder, "repositories");
    const demo = readSeed(path.join(root, "sandbox/seeds/demo.yaml"));
    const sandbox = await startSandbox({
        repositories,
        seed: {
            ...demo,
            users: [...demo.users!, { username: "bot" }],
            groups: [...demo.groups!, { path: "ops", members: { alice: "owner", bot: "reporter" } }],
            projects: [...demo.projects!, { path: PROJECT, protectedRefs: ["main", "fleet-consumers"] }],
            tokens: [
                ...demo.tokens!,
                { name: "notes", user: "bot", scopes: ["api"], text: "glpat-sandbox-notes-00001" },
            ],
            runners: [
                ...demo.runners!,
                { description: "pipelines", scope: { project: PROJECT }, token: RUNNER_TOKEN, tags: ["fleet"] },
            ],
        },
    });
    const env = {
        ...process.env,
        PATH: [path.join(root, "ci/image"), path.join(root, ".cache/bin"), process.env.PATH].join(path.delimiter),
        PULUMI_HOME: path.join(root, ".cache", "pulumi-home"),
        PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        GIT_AUTHOR_NAME: "Dee",
        GIT_AUTHOR_EMAIL: "dee@example.org",
        GIT_COMMITTER_NAME: "Dee",
        GIT_COMMITTER_EMAIL: "dee@example.org",
    };
    const work = path.join(folder, "work");
    const bare = path.join(repositories, `${PROJECT}.git`);
    const git = (...args: string[]) =>
        execFileSync("git", ["-C", work, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
    fs.mkdirSync(path.join(folder, "backend"), { recursive: true });
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
    execFileSync("git", ["-C", bare, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", work]);
    copySources(work);
    git("remote", "add", "origin", bare);
    // `stack init` writes its salt into the stack's file, which is written anew afterwards.
    const stackFile = path.join(work, "stacks/Pulumi.prod.yaml");
    fs.rmSync(stackFile);
    execFileSync("pulumi", ["stack", "init", "prod", "--no-select"], { cwd: work, env, stdio: "pipe" });
    fs.copyFileSync(stackFile, path.join(folder, "salt"));

    const configFile = path.join(folder, "runner", "config.toml");
    fs.mkdirSync(path.dirname(configFile));
    fs.writeFileSync(
        configFile,
        `concurrent = 2\ncheck_interval = 1\n[[runners]]\nname = "pipelines"\nurl = "${sandbox.url}"\ntoken = "${RUNNER_TOKEN}"\nexecutor = "shell"\n`,
    );
    const runner = new RunnerProcess(
        path.join(root, ".cache/bin/gitlab-runner"),
        configFile,
        path.join(folder, "runner"),
    );

    const variables: ProjectVariable[] = [
        // What the image has.
        ...Object.entries({
            PATH: env.PATH,
            FLEET_IMAGE_ROOT: root,
            PULUMI_HOME: env.PULUMI_HOME,
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        }).map(([key, value]) => ({ key, value })),
        // As docs/pipelines.md has them set.
        { key: "PULUMI_BACKEND_URL", value: env.PULUMI_BACKEND_URL },
        { key: "FLEET_TOKEN_READ", value: sandbox.tokens.reader!, masked: true },
        { key: "FLEET_TOKEN", value: sandbox.tokens.owner!, masked: true, protected: true },
        { key: "FLEET_NOTES_TOKEN", value: sandbox.tokens.notes!, masked: true, protected: true },
        { key: "PULUMI_CONFIG_PASSPHRASE", value: PASSPHRASE, masked: true, protected: true },
    ];
    const { db } = sandbox;
    const project = db.projects.first("path", PROJECT)!;

    return {
        sandbox,
        folder,
        push: (branch, files) => {
            const isNew = git("branch", "--list", branch) === "";
            if (isNew && branch !== "main") git("switch", "--quiet", "--create", branch, "main");
            else if (!isNew) git("switch", "--quiet", branch);
            for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(work, name), text);
            git("add", "--all");
            git("commit", "--quiet", "--message", `change ${Object.keys(files).join(", ")}`);
            git("push", "--quiet", "origin", branch);
            const sha = git("rev-parse", "HEAD");
            for (const one of db.mergeRequests.all()) {
                if (one.sourceBranch === branch) db.mergeRequests.update(one.id, { sha });
            }
            return sha;
        },
        merge: (iid) => {
            const one = db.mergeRequests.find("project", project.id).find((request) => request.iid === iid)!;
            git("switch", "--quiet", "main");
            git("merge", "--quiet", "--no-ff", "--message", `Merge !${iid}`, one.sourceBranch);
            git("push", "--quiet", "origin", "main");
            db.mergeRequests.update(one.id, {
                state: "merged",
                mergeCommitSha: git("rev-parse", "HEAD"),
                mergedAt: db.now(),
            });
        },
        openMergeRequest: (branch) =>
            db.mergeRequests.insert({
                projectId: project.id,
                iid: db.mergeRequests.size + 1,
                title: branch,
                sourceBranch: branch,
                targetBranch: "main",
                state: "opened",
                sha: git("rev-parse", branch),
                mergeCommitSha: null,
                authorId: db.users.first("username", "dev")!.id,
                mergedAt: null,
                createdAt: db.now(),
            }).iid,
        run: (branch, source, iid) => {
            const mergeRequest = db.mergeRequests.find("project", project.id).find((one) => one.iid === iid);
            return runPipeline(db, repositories, {
                project: PROJECT,
                branch,
                source,
                mergeRequest,
                variables,
                user: "dev",
            });
        },
        log: ({ id }) => db.traces.get(id)?.toString() ?? "",
        report: ({ id }, type) => {
            const packed = db.reports.get(`${id}:${type}`);
            return packed === undefined ? undefined : JSON.parse(gunzipSync(packed).toString());
        },
        close: async () => {
            await runner.stop();
            await sandbox.close();
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** What git would commit of this repository, as it lies here. */
export function copySources(to: string): void {
    const list = execFileSync("git", ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
        encoding: "utf8",
    });
    for (const name of list.split("\0").filter((one) => one !== "" && !/^(docs|tests)\//.test(one))) {
        const from = path.join(root, name);
        if (!fs.existsSync(from)) continue;
        fs.mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
        fs.copyFileSync(from, path.join(to, name));
    }
}
