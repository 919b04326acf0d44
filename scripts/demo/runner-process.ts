import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** A real gitlab-runner at work with one `config.toml`. */
export class RunnerProcess {
    readonly #child: ChildProcess;
    readonly #ended: Promise<void>;
    #log = "";

    /** Starts `gitlab-runner run`; jobs run below `folder`. */
    constructor(binary: string, configFile: string, folder: string) {
        fs.mkdirSync(folder, { recursive: true });
        this.#child = spawn(binary, ["run", "--config", path.resolve(configFile), "--working-directory", folder], {
            stdio: ["ignore", "pipe", "pipe"],
            // The tool's own environment may hold GITLAB_TOKEN, which is nothing for jobs.
            env: { PATH: process.env.PATH, HOME: folder },
        });
        this.#ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
        for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
            stream.setEncoding("utf8").on("data", (chunk: string) => {
                this.#log += chunk;
            });
        }
    }

    /** Everything logged so far, one entry per line, without colours. */
    get lines(): string[] {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
        return this.#log.replace(/\x1b\[[0-9;]*m/g, "").split("\n");
    }

    /** Resolves to the first line that matches; fails after `seconds`. */
    async waitFor(pattern: RegExp, seconds: number): Promise<string> {
        const deadline = Date.now() + seconds * 1000;
        while (Date.now() < deadline) {
            const line = this.lines.find((candidate) => pattern.test(candidate));
            if (line !== undefined) return line.replace(/\s{2,}/g, "  ").trim();
            if (this.#child.exitCode !== null) break;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`gitlab-runner never logged ${pattern}:\n${this.lines.slice(-30).join("\n")}`);
    }

    /** Takes no new jobs, waits for running ones, ends. */
    async stop(): Promise<void> {
        this.#child.kill("SIGQUIT");
        const timer = setTimeout(() => this.#child.kill("SIGKILL"), 20_000);
        await this.#ended;
        clearTimeout(timer);
    }
}
