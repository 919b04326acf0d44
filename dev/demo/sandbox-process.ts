import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../scripts/pulumi";

/** The sandbox in a separate process, as `npm run sandbox` starts it. */
export interface SandboxProcess {
    /** GitLab's address, without `/api/v4`. */
    url: string;
    /** Seeded access tokens, by name. */
    tokens: Record<string, string>;
    /** Ends it; does nothing if it was started to be kept. */
    stop(): void;
    pid: number;
}

/** How long a kept sandbox runs at most, in seconds, so that nobody has to find and stop it. */
export const keptFor = 4 * 3600;

/**
 * Starts the sandbox on an address of this machine and waits until it is ready. With `keep`, it outlives this process.
 */
export async function startSandboxProcess(seed: string, keep: boolean, host: string): Promise<SandboxProcess> {
    const where = ["--host", host, "--port", "0"];
    const args = ["-r", "tsx/cjs", "sandbox/main.ts", ...where, "--seed", seed, "--for", `${keptFor}`];
    // A kept sandbox must not hold any of our streams: `make demo KEEP=1 | less` would wait for its end.
    const stderr = keep ? fs.openSync(path.join(root, ".demo", "sandbox.log"), "w") : "inherit";
    const child: ChildProcess = spawn(process.execPath, keep ? args : [...args, "--exit-with-stdin"], {
        cwd: root,
        detached: keep,
        stdio: [keep ? "ignore" : "pipe", "pipe", stderr],
    });
    const line = await new Promise<string>((resolve, reject) => {
        let text = "";
        child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
            if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
        });
        child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code} before it was ready`)));
    });
    if (keep) {
        child.stdout!.destroy();
        child.unref();
    }
    const { url, tokens } = JSON.parse(line) as Pick<SandboxProcess, "url" | "tokens">;
    return { url, tokens, pid: child.pid!, stop: () => (keep ? undefined : child.kill("SIGTERM")) };
}

/** The demo's seed: both stories. */
export const demoSeed = path.join(root, "sandbox", "seeds", "demo.yaml");
