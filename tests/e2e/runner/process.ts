import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { root } from "../../../dev/scripts/pulumi";

/** The real gitlab-runner, reading a folder's config.toml. */
export class RunnerProcess {
    /** Everything it logged. */
    log = "";
    private readonly child: ChildProcess;
    private readonly ended: Promise<void>;

    constructor(folder: string) {
        const program = path.join(root, ".cache/bin/gitlab-runner");
        this.child = spawn(
            program,
            ["run", "--config", path.join(folder, "config.toml"), "--working-directory", folder],
            {
                stdio: ["ignore", "ignore", "pipe"],
                env: { PATH: process.env.PATH, HOME: folder },
            },
        );
        this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
            this.log += text;
        });
        this.ended = new Promise((resolve) => this.child.once("close", () => resolve()));
    }

    /** Whether it has not ended. */
    get running(): boolean {
        return this.child.exitCode === null && this.child.signalCode === null;
    }

    /** Resolves once the log holds a text again; counts from where the log is now. */
    async logs(text: string, seconds = 180): Promise<void> {
        const from = this.log.length;
        await until(
            () => this.log.slice(from).includes(text),
            seconds,
            () => `"${text}" in:\n${this.log}`,
        );
    }

    /** Ends it; running jobs are dropped. */
    async stop(): Promise<void> {
        this.child.kill("SIGTERM");
        const killer = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
        await this.ended;
        clearTimeout(killer);
    }
}

/** Resolves once something is true; fails with what it waited for. */
export async function until(test: () => boolean, seconds: number, what: () => string): Promise<void> {
    for (const end = Date.now() + seconds * 1000; !test(); ) {
        if (Date.now() > end) throw new Error(`Not within ${seconds} s: ${what()}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
