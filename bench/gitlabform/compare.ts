import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { root } from "../../scripts/pulumi";
import { type AllowlistStack, type Size, startAllowlistStack } from "../allowlist-stack";
import type { Measurement } from "../main";

const exec = promisify(execFile);
const VENV = path.join(root, ".cache/venv-gitlabform");
const REQUIREMENTS = path.join(__dirname, "requirements.txt");
const SIZE: Size = { producers: 400, entries: 10, latencyMs: 20 };

/** The same lists, brought to the same GitLab by gitlabform and by us: from nothing, and when all is as it should be. */
export async function compareWithGitlabform(size: Size = SIZE): Promise<Measurement[]> {
    await install();
    const stack = await startAllowlistStack(size);
    try {
        const theirs = await runTheirs(stack);
        stack.engine.sandbox.reset();
        const ours = {
            apply: await stack.run(["up", "--yes", "--skip-preview"]),
            // A check that asks GitLab, as gitlabform's does; plain `pulumi preview` trusts the state.
            check: await stack.run(["preview", "--refresh", "--expect-no-changes"]),
            preview: await stack.run(["preview", "--expect-no-changes"]),
        };
        const title = `${size.producers} × ${size.entries}, ${size.latencyMs} ms latency`;
        const of = (what: string, { ms, requests }: { ms: number; requests: number }): Measurement[] => [
            { name: `${what}, ${title}`, value: ms, unit: "ms" },
            { name: `${what}, ${title}`, value: requests, unit: "requests" },
        ];
        return [
            ...of("gitlabform, first apply", theirs.apply),
            ...of("gitlab-fleet, first apply", ours.apply),
            {
                name: "our time ÷ gitlabform's, first apply",
                value: ours.apply.ms / theirs.apply.ms,
                unit: "ratio",
                limit: 0.2,
            },
            ...of("gitlabform, no-op check", theirs.check),
            ...of("gitlab-fleet, no-op check with refresh", ours.check),
            {
                name: "our time ÷ gitlabform's, no-op check with refresh",
                value: ours.check.ms / theirs.check.ms,
                unit: "ratio",
                limit: 0.2,
            },
            ...of("gitlab-fleet, no-op preview", ours.preview),
            {
                name: "our time ÷ gitlabform's, no-op preview",
                value: ours.preview.ms / theirs.check.ms,
                unit: "ratio",
                limit: 0.2,
            },
        ];
    } finally {
        await stack.close();
    }
}

async function install(): Promise<void> {
    const wanted = fs.readFileSync(REQUIREMENTS, "utf8");
    const stamp = path.join(VENV, "installed.txt");
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
    await exec("python3", ["-m", "venv", VENV]);
    await exec(path.join(VENV, "bin/python"), ["-m", "pip", "install", "--quiet", "--no-deps", "-r", REQUIREMENTS]);
    fs.writeFileSync(stamp, wanted);
}

async function runTheirs({ engine, producers, entriesOf }: AllowlistStack) {
    const { sandbox, folder } = engine;
    const file = path.join(folder, "gitlabform.yml");
    const toScope = (projects: string[]) => ({
        job_token_scope: { limit_access_to_this_project: true, allowlist: { enforce: true, projects } },
    });
    const config = {
        config_version: 3,
        gitlab: { url: sandbox.url, token: sandbox.tokens.owner },
        projects_and_groups: Object.fromEntries(producers.map((producer, i) => [producer, toScope(entriesOf(i))])),
    };
    fs.writeFileSync(file, stringify(config, { aliasDuplicateObjects: false }));
    const run = async () => {
        sandbox.journal.clear();
        const started = performance.now();
        await exec(path.join(VENV, "bin/gitlabform"), ["-c", file, "ALL_DEFINED"], { maxBuffer: 1 << 28 });
        return { ms: performance.now() - started, requests: sandbox.journal.count() };
    };
    return { apply: await run(), check: await run() };
}
