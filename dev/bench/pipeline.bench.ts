import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startSandbox } from "../../sandbox";
import { copySources } from "../../tests/e2e/pipeline/world";
import { execute } from "../../tests/helpers/shell";
import { root } from "../scripts/pulumi";
import type { Measurement } from "./main";

const rounds = 3;
const STACKS = Array.from({ length: 20 }, (_, at) => `s${at + 1}`);

export const about =
    "A job of the component as a runner would run it, with the image's contents in place: clone, set-up, preview, report. Beside it a bare " +
    `\`pulumi preview\` of the same stack in a folder where it ran before. In turns, ${rounds} rounds, the fastest of each. Then a pipeline of ` +
    `${STACKS.length} stacks, two jobs at a time, of a merge request that changes the file of one.`;

const fleet = (limit: number) => `config:
  gitlab-fleet:runners:
    small: { scope: { group: apps }, tags: [docker], config: { executor: shell, limit: ${limit} } }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [apps/etl, apps/web] } }
`;

/** How long a user waits for the report of a merge request. */
export async function run(): Promise<Measurement[]> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-bench-"));
    const sandbox = await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") });
    const work = path.join(folder, "work");
    const identity = { NAME: "Dee", EMAIL: "dee@example.org" };
    const env: NodeJS.ProcessEnv = {
        ...process.env,
        ...Object.fromEntries(
            Object.entries(identity).flatMap(([key, value]) =>
                [`GIT_AUTHOR_${key}`, `GIT_COMMITTER_${key}`].map((name) => [name, value]),
            ),
        ),
        PATH: [path.join(root, "ci/image"), path.join(root, ".cache/bin"), process.env.PATH].join(path.delimiter),
        FLEET_IMAGE_ROOT: root,
        PULUMI_HOME: path.join(root, ".cache", "pulumi-home"),
        PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "bench",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        GITLAB_BASE_URL: `${sandbox.url}/api/v4/`,
        GITLAB_TOKEN: sandbox.tokens.reader,
    };
    const git = (...args: string[]) =>
        execFileSync("git", ["-C", work, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
    const shell = async (cwd: string, line: string, more: NodeJS.ProcessEnv = {}): Promise<number> => {
        const started = performance.now();
        const { code, output } = await execute("bash", ["-eo", "pipefail", "-c", line], {
            cwd,
            env: { ...env, ...more },
        });
        if (code !== 0) throw new Error(output);
        return performance.now() - started;
    };
    let jobs = 0;
    const job = (stack: string, base: string) => {
        const to = path.join(folder, `job-${++jobs}`);
        const script = `git clone --quiet --depth 20 file://${work} ${to}; cd ${to}; fleet-setup; node bin/gitlab-fleet.js pipeline preview`;
        return shell(folder, script, { FLEET_STACK: stack, CI_MERGE_REQUEST_DIFF_BASE_SHA: base });
    };
    try {
        fs.mkdirSync(path.join(folder, "backend"));
        execFileSync("git", ["init", "--quiet", "--initial-branch=main", work]);
        copySources(work);
        // Keeps only what a project with a program has: git's time for the rest does not matter.
        for (const name of ["dev/bench", "dev/demo", "dev/toolchain", "sandbox", "templates", "package"])
            fs.rmSync(path.join(work, name), { recursive: true, force: true });
        for (const stack of STACKS) {
            const file = path.join(work, `stacks/Pulumi.${stack}.yaml`);
            await shell(work, `pulumi stack init ${stack} --no-select --non-interactive`);
            fs.appendFileSync(file, fleet(2));
        }
        git("add", "--all");
        git("commit", "--quiet", "--message", "stacks");
        const base = git("rev-parse", "HEAD");
        const file = path.join(work, "stacks/Pulumi.s1.yaml");
        fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("limit: 2", "limit: 3"));
        git("commit", "--quiet", "--all", "--message", "more jobs at once");

        const bare = path.join(folder, "bare");
        await shell(folder, `git clone --quiet file://${work} ${bare}; cd ${bare}; fleet-setup`);
        const [bares, ones, pipelines]: [number[], number[], number[]] = [[], [], []];
        for (let round = 0; round < rounds; round++) {
            bares.push(await shell(bare, "pulumi preview --stack s1 --non-interactive"));
            ones.push(await job("s1", base));
        }
        for (let round = 0; round < 1; round++) {
            const started = performance.now();
            const waiting = [...STACKS];
            const worker = async () => {
                for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await job(next, base);
            };
            await Promise.all([worker(), worker()]);
            pipelines.push(performance.now() - started);
        }
        const [plain, one, all] = [Math.min(...bares), Math.min(...ones), Math.min(...pipelines)];
        return [
            { name: "bare `pulumi preview` of one stack", value: plain, unit: "ms" },
            {
                name: "a job of one stack, from its start to the report",
                value: one,
                unit: "ms",
                limit: Math.round(1.5 * plain + 2000),
            },
            { name: `a pipeline of ${STACKS.length} stacks, one changed`, value: all, unit: "ms" },
            { name: "the pipeline's over the job's", value: all / one, unit: "ratio", limit: 4 },
        ];
    } finally {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
