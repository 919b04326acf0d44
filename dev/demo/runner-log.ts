import { type ChildProcess, spawn } from "node:child_process";

/** A program whose output is gitlab-runner's log. */
export class RunnerLog {
    protected readonly child: ChildProcess;
    protected readonly ended: Promise<void>;
    #log = "";

    constructor(program: string, args: string[], env: NodeJS.ProcessEnv) {
        this.child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
        this.child.on("error", (error) => {
            this.#log += `${error.message}\n`;
        });
        this.ended = new Promise((resolve) => this.child.once("close", () => resolve()));
        for (const stream of [this.child.stdout!, this.child.stderr!]) {
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

    /** Resolves to the first line that matches; rejects after `seconds`. */
    async waitFor(pattern: RegExp, seconds: number): Promise<string> {
        const deadline = Date.now() + seconds * 1000;
        while (Date.now() < deadline) {
            const line = this.lines.find((candidate) => pattern.test(candidate));
            if (line !== undefined) return line.replace(/\s{2,}/g, "  ").trim();
            if (this.child.exitCode !== null) break;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`gitlab-runner never logged ${pattern}:\n${this.lines.slice(-30).join("\n")}`);
    }

    /** Ends the program whose output is read, not the gitlab-runner behind it. */
    async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
        this.child.kill(signal);
        const timer = setTimeout(() => this.child.kill("SIGKILL"), 20_000);
        await this.ended;
        clearTimeout(timer);
    }
}
