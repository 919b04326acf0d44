import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { parse } from "yaml";
import { readCiConfig } from "../../../cli/access/reading/ci-config";
import { root } from "../../../dev/scripts/pulumi";
import { type Sandbox, type Seed, startSandbox } from "../../../sandbox";

const run = promisify(execFile);
/** npm's judge of merged configurations; later versions need Node.js 22. Its 115 packages are nobody's dependency here. */
const PACKAGE = "gitlab-ci-local@4.73.0";
const HOME = path.join(root, ".cache", PACKAGE);
const CASES = path.join(root, "tests/cases/ci");
/** Those whose configuration is put together from one repository in some way. */
const NAMES = [
    "anchors-and-merge",
    "child-pipeline",
    "duplicate-keys",
    "extends-before-reference",
    "image-by-default",
    "image-global-old-style",
    "include-by-variable",
    "rules-choose-the-image",
    "services-with-alias",
    "shell-wrappers",
    "spec-header",
];

describe("npm's gitlab-ci-local", () => {
    let sandbox: Sandbox;
    let folder: string;
    before(async function () {
        // The first run installs it, whole or not at all.
        this.timeout(180_000);
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-ci-local-"));
        if (!fs.existsSync(path.join(HOME, "node_modules"))) {
            const made = `${HOME}-${process.pid}`;
            fs.mkdirSync(made, { recursive: true });
            fs.writeFileSync(path.join(made, "package.json"), "{}");
            await run("npm", [
                "install",
                "--prefix",
                made,
                "--no-audit",
                "--no-fund",
                "--fetch-timeout=30000",
                PACKAGE,
            ]);
            fs.rmSync(HOME, { recursive: true, force: true });
            fs.renameSync(made, HOME);
        }
        const seed = parse(fs.readFileSync(path.join(CASES, "world.yaml"), "utf8")) as Seed;
        const projects = NAMES.map((name) => ({ path: `cases/${name}`, files: filesOf(name) }));
        sandbox = await startSandbox({ seed: { ...seed, projects: [...seed.projects!, ...projects] } });
    });
    after(async () => {
        await sandbox?.close();
        fs.rmSync(folder, { recursive: true });
    });

    for (const name of NAMES) {
        it(`merges ${name} as the sandbox does`, async function () {
            this.timeout(60_000);
            const answer = await fetch(`${sandbox.url}/api/v4/projects/cases%2F${name}/ci/lint`, {
                headers: { "private-token": sandbox.tokens.owner! },
            });
            const { merged_yaml: merged } = (await answer.json()) as { merged_yaml: string };
            expect(jobsOf(await preview(name))).to.deep.equal(jobsOf(merged));
        });
    }

    async function preview(name: string): Promise<string> {
        const project = path.join(folder, name);
        for (const [file, content] of Object.entries(filesOf(name))) {
            fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
            fs.writeFileSync(path.join(project, file), content);
        }
        const git = (...words: string[]) =>
            run("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd: project });
        await git("init", "-q", "-b", "main");
        await git("remote", "add", "origin", `https://git.corp.example/cases/${name}.git`);
        await git("add", "-A");
        await git("commit", "-q", "-m", "all");
        const program = path.join(HOME, "node_modules/.bin/gitlab-ci-local");
        const words = [program, "--preview", "--json-schema-validation=false", "--no-color"];
        return (await run(process.execPath, words, { cwd: project, env: { ...process.env, HOME: folder } })).stdout;
    }
});

function filesOf(name: string): Record<string, string> {
    return parse(fs.readFileSync(path.join(CASES, `${name}.yaml`), "utf8")).files;
}

/** What a scan takes from each job. */
function jobsOf(merged: string) {
    const jobs = readCiConfig(merged);
    const isImage = ({ kind }: { kind: string }) => kind === "image" || kind === "service";
    return Object.fromEntries(
        jobs.map(({ name, names, scripts }) => [name, { images: names.filter(isImage), scripts }]),
    );
}
