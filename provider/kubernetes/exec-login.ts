import { spawn } from "node:child_process";
import { isMap } from "../../core/values";
import type { ExecLogin, Login } from "./kubeconfig";

/** How long a program may take to say how to log in. */
const LIMIT = 60_000;

/** Asks a program of the kubeconfig how to log in. Its output is a secret and never in a message. */
export async function runExec({ apiVersion, command, args, env }: ExecLogin): Promise<Login> {
    const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });
    const printed = await output(command, args, { ...process.env, ...env, KUBERNETES_EXEC_INFO: info });
    let status: unknown;
    try {
        ({ status } = JSON.parse(printed) as { status?: unknown });
    } catch {
        // Told below.
    }
    if (!isMap(status)) throw new Error(`${command}, which the kubeconfig names, printed no ExecCredential.`);
    const { token, clientCertificateData: cert, clientKeyData: key } = status as Record<string, string>;
    return { token, cert, key };
}

function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT });
        const [out, err]: [Buffer[], Buffer[]] = [[], []];
        child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
        child.on("error", ({ message }) => {
            reject(new Error(`${command}, which the kubeconfig names, could not be started (${message}).`));
        });
        child.on("close", (code) => {
            if (code === 0) return resolve(Buffer.concat(out).toString("utf8"));
            const words = Buffer.concat(err).toString("utf8").trim().slice(-300);
            reject(new Error(`${command}, which the kubeconfig names, ended with ${code ?? "a signal"} (${words}).`));
        });
    });
}
