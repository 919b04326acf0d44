import { spawn } from "node:child_process";
import { Failed } from "../exit";
import type { Io } from "../io";
import { rememberStart } from "./started";
import { meantAddresses } from "./unsafe";

/** What a finished `pulumi` left behind. */
export interface Finished {
    /** 255 where a signal ended it. */
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs `pulumi`, which asks nothing. What it prints is shown as it comes where `live`. */
export type RunPulumi = (args: readonly string[], options?: { live?: boolean }) => Promise<Finished>;

/**
 * Pulumi as it lies on the PATH, in a project's folder.
 *
 * A job that is cancelled gets its signal as a whole, Pulumi too, which then ends what it is at and takes its lock away. Two
 * signals would end it at once, so none is handed on; we only wait until it is done.
 */
export function pulumiIn(io: Io, folder: string): RunPulumi {
    return (args, { live = false } = {}) =>
        new Promise((resolve, reject) => {
            const wait = () => {};
            process.on("SIGTERM", wait).on("SIGINT", wait);
            const end = () => process.off("SIGTERM", wait).off("SIGINT", wait);
            const child = spawn("pulumi", [...args, "--non-interactive"], {
                cwd: folder,
                // Events in place of a digest: those of policies are not in it.
                env: {
                    PULUMI_SKIP_UPDATE_CHECK: "1",
                    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
                    ...io.env,
                    // The plugin sends the token nowhere else.
                    FLEET_GITLAB_ONLY: meantAddresses(io.env).join(" "),
                },
                stdio: ["ignore", "pipe", "pipe"],
            });
            // Of these a kill leaves a lock behind.
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
