import { spawn } from "node:child_process";
import { Failed } from "../exit";
import type { Io } from "../io";
import { rememberStart } from "./started";
import { meantAddresses } from "./unsafe";

/** The result of a finished `pulumi`. */
export interface Finished {
    /** 255 if a signal ended it. */
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs `pulumi` without prompts. With `live`, prints its output as it comes. */
export type RunPulumi = (args: readonly string[], options?: { live?: boolean }) => Promise<Finished>;

/**
 * Runs the `pulumi` on the PATH in a project's folder.
 *
 * If a job is cancelled, all of its processes get the signal. Pulumi then finishes what it is doing and releases its
 * lock, but a second signal would end it at once. So none is passed on, and this only waits for it.
 */
export function pulumiIn(io: Io, folder: string): RunPulumi {
    return (args, { live = false } = {}) =>
        new Promise((resolve, reject) => {
            const wait = () => {};
            process.on("SIGTERM", wait).on("SIGINT", wait);
            const end = () => process.off("SIGTERM", wait).off("SIGINT", wait);
            const child = spawn("pulumi", [...args, "--non-interactive"], {
                cwd: folder,
                // Events instead of a digest, which does not contain findings of policies.
                env: {
                    PULUMI_SKIP_UPDATE_CHECK: "1",
                    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
                    ...io.env,
                    // The plugin sends the token only to these addresses.
                    FLEET_GITLAB_ONLY: meantAddresses(io.env).join(" "),
                },
                stdio: ["ignore", "pipe", "pipe"],
            });
            // If these commands are killed, they leave a lock behind.
            const forget =
                child.pid !== undefined && /^(up|refresh)$/.test(args[0] ?? "")
                    ? rememberStart(io.env, child.pid, io.now())
                    : () => {};
            const printed = { stdout: "", stderr: "" };
            for (const name of ["stdout", "stderr"] as const) {
                child[name].setEncoding("utf8").on("data", (chunk: string) => {
                    printed[name] += chunk;
                    if (live) io.relay(name, chunk);
                });
            }
            child.on("error", (error: NodeJS.ErrnoException) => {
                end();
                reject(new Failed(`pulumi cannot be run (${error.code}). Put it on the PATH of the job's image.`));
            });
            child.on("close", (code) => {
                end();
                if (code === 0) forget();
                resolve({ code: code ?? 255, ...printed });
            });
        });
}
