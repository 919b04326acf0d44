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
const LATENCY = 20;
/** Maximum ratio of our time to theirs. */
const MOST = 0.2;

/** The same lists, created in the same GitLab, first by gitlabform and then by us. */
export async function compareFirstApply(producers: number, entries: number): Promise<Measurement[]> {
    await install();
    const size: Size = { producers, entries, latencyMs: LATENCY };
    const stack = await startAllowlistStack(size);
    try {
        const theirs = await runTheirs(stack);
        stack.engine.sandbox.reset();
        const ours = await stack.run(["up", "--yes", "--skip-preview"]);
        return rows(size, theirs, { "first apply": ours });
    } finally {
        await stack.close();
    }
}

/** Checks of lists without differences, by us and by gitlabform. */
export async function compareCheck(producers: number, entries: number): Promise<Measurement[]> {
    await install();
    const size: Size = { producers, entries };
    const stack = await startAllowlistStack(size);
    try {
        await stack.run(["up", "--yes", "--skip-preview"]);
        stack.engine.sandbox.setLatency(LATENCY);
        const ours = {
            // This one asks GitLab, as gitlabform does; the next one trusts the state.
            "no-op check, pulumi preview --refresh": await stack.run(["preview", "--refresh", "--expect-no-changes"]),
            "no-op check, pulumi preview": await stack.run(["preview", "--expect-no-changes"]),
        };
        return rows(size, await runTheirs(stack), ours);
    } finally {
        await stack.close();
    }
}

interface Spent {
    ms: number;
    requests: number;
}

function rows(size: Size, theirs: Spent, ours: Record<string, Spent>): Measurement[] {
    const title = `${size.producers} × ${size.entries}`;
    const of = (what: string, { ms, requests }: Spent): Measurement[] => [
        { name: `${what}, ${title}`, value: ms, unit: "ms" },
        { name: `${what}, ${title}`, value: requests, unit: "requests" },
    ];
    const kind = Object.keys(ours)[0]!.split(",")[0]!;
    return [
        ...of(`gitlabform, ${kind}`, theirs),
        ...Object.entries(ours).flatMap(([what, spent]): Measurement[] => [
            ...of(`gitlab-fleet, ${what}`, spent),
            {
                name: `our time ÷ gitlabform's, ${what}, ${title}`,
                value: spent.ms / theirs.ms,
                unit: "ratio",
                limit: MOST,
            },
        ]),
    ];
}

async function install(): Promise<void> {
    const wanted = fs.readFileSync(REQUIREMENTS, "utf8");
    const stamp = path.join(VENV, "installed.txt");
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
    await exec("python3", ["-m", "venv", VENV]);
    await exec(path.join(VENV, "bin/python"), ["-m", "pip", "install", "--quiet", "--no-deps", "-r", REQUIREMENTS]);
    fs.writeFileSync(stamp, wanted);
}

async function runTheirs({ engine, producers, entriesOf }: AllowlistStack): Promise<Spent> {
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
    sandbox.journal.clear();
    const started = performance.now();
    await exec(path.join(VENV, "bin/gitlabform"), ["-c", file, "ALL_DEFINED"], { maxBuffer: 1 << 28 });
    return { ms: performance.now() - started, requests: sandbox.journal.count() };
}
