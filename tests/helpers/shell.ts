import { spawn } from "node:child_process";

/** The result of a finished program. */
export interface ShellResult {
    code: number;
    stdout: string;
    /** Both streams, in the order of output. */
    output: string;
}

/** Runs a program without blocking: a sandbox in this process may have to answer it meanwhile. */
export function execute(
    program: string,
    args: string[],
    options: { cwd: string; env: NodeJS.ProcessEnv; input?: string },
): Promise<ShellResult> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: "pipe" });
        const result: ShellResult = { code: 0, stdout: "", output: "" };
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
            result.stdout += chunk;
            result.output += chunk;
        });
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
            result.output += chunk;
        });
        child.on("error", reject);
        child.on("close", (code) => resolve({ ...result, code: code ?? 255 }));
        child.stdin.end(options.input ?? "");
    });
}
