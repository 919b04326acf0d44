import { type ExecFileException, execFile } from "node:child_process";
import { promisify } from "node:util";
import { attempt } from "../../core/attempt";
import { isMap } from "../../core/values";
import type { ExecLogin, Login } from "./kubeconfig";

const run = promisify(execFile);

/** How long the login program may take, in milliseconds. */
const LIMIT = 60_000;

/** Runs the kubeconfig's login program. Its output is secret and never part of a message. */
export async function runExec({ apiVersion, command, args, env }: ExecLogin): Promise<Login> {
    const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });
    const printed = await output(command, args, { ...process.env, ...env, KUBERNETES_EXEC_INFO: info });
    const status = attempt(() => (JSON.parse(printed) as { status?: unknown }).status);
    if (!isMap(status)) throw new Error(`${command}, which the kubeconfig names, printed no ExecCredential.`);
    const { token, clientCertificateData: cert, clientKeyData: key } = status as Record<string, string>;
    return { token, cert, key };
}

async function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    try {
        const running = run(command, args, { env, timeout: LIMIT, windowsHide: true });
        running.child.stdin?.end();
        return (await running).stdout;
    } catch (error) {
        const { code, message, stderr = "" } = error as ExecFileException & { stderr?: string };
        const program = `${command}, which the kubeconfig names,`;
        // A code in letters comes from the operating system.
        if (typeof code === "string") throw new Error(`${program} could not be started (${message}).`);
        throw new Error(`${program} ended with ${code ?? "a signal"} (${stderr.trim().slice(-300)}).`);
    }
}
