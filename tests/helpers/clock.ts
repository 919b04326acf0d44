import * as path from "node:path";
import type { Sandbox } from "../../sandbox";

/**
 * Environment for `pulumi` in which the program and our plugins have the time that the sandbox has now. For a sandbox whose
 * clock runs: a plugin that sees GitLab's clock far from its own has reason to doubt both.
 */
export function sandboxTime(sandbox: Pick<Sandbox, "clock">): Record<string, string> {
    const preload = path.join(__dirname, "clock.cjs");
    return {
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --require ${JSON.stringify(preload)}`.trim(),
        CLOCK_SHIFT_MS: String(Math.round(sandbox.clock.now() - Date.now())),
    };
}
