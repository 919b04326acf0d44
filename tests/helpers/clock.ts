import * as path from "node:path";
import type { Sandbox } from "../../sandbox";

/**
 * Environment for `pulumi` that gives the program and our plugins the sandbox's current time. Needed if the sandbox's
 * clock runs: a plugin doubts both clocks if GitLab's is far from its own.
 */
export function sandboxTime(sandbox: Pick<Sandbox, "clock">): Record<string, string> {
    const preload = path.join(__dirname, "clock.cjs");
    return {
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --require ${JSON.stringify(preload)}`.trim(),
        CLOCK_SHIFT_MS: String(Math.round(sandbox.clock.now() - Date.now())),
    };
}
