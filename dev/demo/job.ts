import type { RunnerLog } from "./runner-log";
import type { SandboxProcess } from "./sandbox-process";

/** Queues one job in the sandbox and shows how the real gitlab-runner runs it. */
export async function runJob(sandbox: SandboxProcess, log: RunnerLog): Promise<void> {
    const job = await ask<{ id: number }>(sandbox, "jobs", {
        project: "apps/etl",
        name: "build-app",
        tags: ["docker", "fastapi"],
        // The sandbox serves no repositories.
        variables: { GIT_STRATEGY: "none" },
        script: ["echo Hello from a job in apps/etl"],
    });
    console.log(`  ${await log.waitFor(/Checking for jobs\.\.\. received/, 60)}`);
    const done = await finished(sandbox, job.id);
    console.log(done.trace.replaceAll(/^/gm, "  | "));
    if (done.status !== "success") throw new Error(`demo: the job ended as ${done.status}`);
}

async function finished(sandbox: SandboxProcess, id: number): Promise<{ status: string; trace: string }> {
    const deadline = Date.now() + 60_000;
    for (;;) {
        const job = await ask<{ status: string; trace: string }>(sandbox, `jobs/${id}`);
        if (!["created", "pending", "running"].includes(job.status)) return { ...job, trace: plain(job.trace) };
        if (Date.now() > deadline) throw new Error(`demo: the job is still ${job.status} after a minute`);
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

/** A job's log without colours and section marks, as on GitLab's page. */
function plain(trace: string): string {
    return (
        trace
            .replaceAll(/section_(start|end):\d+:[\w-]+(\[[^\]]*\])?\r/g, "")
            // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
            .replaceAll(/\x1b\[[0-9;]*[mK]/g, "")
            .replaceAll("\r", "")
            // Each line begins with its time, its stream, and whether it continues the previous line.
            .replaceAll(/^\d{4}-\d\d-\d\dT[\d:.]+Z \d\d[OE][ +]/gm, "")
            .replaceAll(/^\n/gm, "")
            .trim()
    );
}

async function ask<T>(sandbox: SandboxProcess, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${sandbox.url}/-/sandbox/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`demo: the sandbox answered ${answer.status} to ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
}
