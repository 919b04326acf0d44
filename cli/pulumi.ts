import { spawnSync } from "node:child_process";
import { Failed } from "./exit";
import type { Io } from "./io";

/** Output of a Pulumi command in a project's folder. `instead` says what to give if there is no Pulumi. */
export function pulumi(io: Io, args: readonly string[], instead: string, folder?: string): string {
    const result = spawnSync("pulumi", [...args, "--non-interactive"], {
        encoding: "utf8",
        cwd: folder,
        env: io.env,
        maxBuffer: 1 << 30,
    });
    if (result.error !== undefined) {
        throw new Failed(`pulumi cannot be run (${(result.error as NodeJS.ErrnoException).code}). ${instead}`);
    }
    if (result.status !== 0) throw new Failed(`pulumi ${args.join(" ")} failed: ${result.stderr.trim()}`);
    return result.stdout;
}
