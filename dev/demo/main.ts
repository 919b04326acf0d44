// `make demo`: one `pulumi up` repairs both broken stories.
import * as fs from "node:fs";
import * as path from "node:path";
import { PulumiStack, root } from "../scripts/pulumi";
import { directorySite } from "./directory";
import { dockerSite } from "./docker";
import { runJob } from "./job";
import type { Place } from "./place";
import { makeProject } from "./project";
import { demoSeed, keptFor, type SandboxProcess, startSandboxProcess } from "./sandbox-process";
import { type Snapshot, takeSnapshot } from "./snapshot";
import { renderTable } from "./table";

const folder = path.join(root, ".demo");

async function main(): Promise<void> {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const keep = process.env.KEEP === "1";
    const site = process.env.DOCKER ? await dockerSite(folder) : directorySite(folder);
    const sandbox = await startSandboxProcess(demoSeed, keep, site.host);
    try {
        heading("A project of your own: `npm install` of the package, and a program of two lines");
        const stack = await makeStack(sandbox, site.stackConfig, makeProject(folder));
        console.log("  .demo/project");
        const place = await site.begin(sandbox);
        try {
            await tell(sandbox, stack, place);
        } finally {
            const said = await place.end(stack, keep);
            if (said !== undefined) console.log(`\n${said}`);
        }
    } finally {
        sandbox.stop();
        if (keep) printWhatIsKept(sandbox);
    }
    console.log("demo: ok");
}

/** Tells the story from the first broken state to the running job. */
async function tell(sandbox: SandboxProcess, stack: PulumiStack, place: Place): Promise<void> {
    const site = { url: sandbox.url, token: sandbox.tokens.owner!, readConfig: () => place.readConfig() };
    heading("Before: what calling `gitlab-runner register` a dozen times left behind");
    const before = await takeSnapshot(site);
    console.log(`  ${await place.log.waitFor(/Checking for jobs\.\.\. forbidden/, 60)}`);
    console.log(`  ${await place.log.waitFor(/is unhealthy and will be disabled/, 60)}`);

    await pulumi(stack, "preview");
    await pulumi(stack, "up", "--yes", "--skip-preview");
    const second = await pulumi(stack, "preview", "--expect-no-changes");

    heading(`A job in GitLab's queue, and ${await place.handOver()}`);
    await runJob(sandbox, place.log);

    heading("Before and after");
    const after = await takeSnapshot(site);
    console.log(renderTable(before, after));
    const report = { before, after, secondPreview: second === 0 ? "no changes" : "changes" };
    fs.writeFileSync(path.join(folder, "report.json"), `${JSON.stringify(report, null, 4)}\n`);
    const problems = findProblems(after, second);
    if (problems.length) throw new Error(`demo: failed\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    console.log("\nThe same as data: .demo/report.json");
}

async function makeStack(sandbox: SandboxProcess, config: string, project: string): Promise<PulumiStack> {
    const stack = new PulumiStack({
        folder,
        project,
        stack: "sandbox",
        config,
        env: {
            GITLAB_BASE_URL: `${sandbox.url}/api/v4/`,
            GITLAB_TOKEN: sandbox.tokens.owner!,
            // Uses the installed docker plugin, without a warning about the one on PATH from which it was installed.
            ...(process.env.DOCKER ? { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" } : {}),
        },
    });
    await stack.init();
    return stack;
}

async function pulumi(stack: PulumiStack, ...args: string[]): Promise<number> {
    heading(`pulumi ${args.join(" ")} --stack sandbox`);
    const color = process.stdout.isTTY && process.env.NO_COLOR === undefined ? "always" : "never";
    const result = await stack.run([...args, "--color", color], { live: true });
    if (result.code !== 0) throw new Error(`demo: pulumi ${args.join(" ")} ended with ${result.code}`);
    return result.code;
}

function findProblems(after: Snapshot, second: number): string[] {
    const problems: string[] = [];
    if (after.runners.length !== 1) problems.push(`${after.runners.length} runners in GitLab, not 1`);
    if (after.workers.length !== 1) problems.push(`${after.workers.length} workers in config.toml, not 1`);
    if (after.allowlist.join() !== "apps/etl,apps/web")
        problems.push(`allowlist is ${after.allowlist.join(", ") || "empty"}`);
    if (second !== 0) problems.push("the second preview found changes");
    return problems;
}

function printWhatIsKept(sandbox: SandboxProcess): void {
    console.log(`
The sandbox goes on for ${keptFor / 3600} hours at the most, as process ${sandbox.pid} (kill ${sandbox.pid} ends it):
  url      ${sandbox.url}
  token    ${sandbox.tokens.owner}
  journal  ${sandbox.url}/-/sandbox/journal
`);
}

function heading(text: string): void {
    console.log(`\n── ${text}\n`);
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
