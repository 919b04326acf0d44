import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { root } from "../../../dev/scripts/pulumi";
import { type Api, apiOf } from "./api";
import { sayReady } from "./stand-in";

/** A user of the cluster's token file. */
export type User = "admin" | "nobody";

/**
 * A real API server with etcd behind it: admission, validation, RBAC and Pod Security are Kubernetes' own. There is no kubelet
 * and no controller: pods that it accepts never run, and `stand-in.ts` says that those of a StatefulSet do.
 */
export interface Cluster {
    url: string;
    /** File with the certificate that vouches for the server. */
    certificate: string;
    /**
     * A kubeconfig with the contexts `admin` (the current one), `nobody` (known, but allowed nothing) and `gone` (a server that
     * does not answer).
     */
    kubeconfig: string;
    /** Requests as a user, or with any token that the server knows. */
    as(user: User | { token: string }): Api;
    /** The server's log from its start. */
    log(): string;
}

let cluster: Promise<Cluster> | undefined;

/** The cluster of this process: started once for all specs, and ended with it. */
export function testCluster(): Promise<Cluster> {
    cluster ??= startCluster();
    return cluster;
}

async function startCluster(): Promise<Cluster> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-kubernetes-"));
    const children: ChildProcess[] = [];
    process.on("exit", (code) => {
        for (const child of children) child.kill("SIGKILL");
        keepLogs(folder, code);
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    });
    const [clients, peers, port, gone] = await freePorts(4);
    const start = (program: string, args: Record<string, string>) => {
        const child = startProgram(folder, program, args);
        children.push(child);
        return child;
    };
    const etcd = start("etcd", etcdFlags(folder, clients!, peers!));
    const tokens = writeIdentities(folder);
    const server = start("kube-apiserver", serverFlags(folder, clients!, port!));
    const url = `https://127.0.0.1:${port}`;
    const certificate = path.join(folder, "certificates/apiserver.crt");
    await ready([etcd, server], folder, async () => {
        if (!fs.existsSync(certificate)) return false;
        return (await apiOf(url, fs.readFileSync(certificate, "utf8"), tokens.admin).get("/readyz")).status === 200;
    });
    const kubeconfig = path.join(folder, "kubeconfig");
    fs.writeFileSync(kubeconfig, kubeconfigOf({ certificate, url, gone: `https://127.0.0.1:${gone}`, tokens }));
    const ca = fs.readFileSync(certificate, "utf8");
    const as: Cluster["as"] = (user) => apiOf(url, ca, typeof user === "string" ? tokens[user] : user.token);
    sayReady(as("admin"));
    return {
        url,
        certificate,
        kubeconfig,
        as,
        log: () => fs.readFileSync(logOf(folder, "kube-apiserver"), "utf8"),
    };
}

function etcdFlags(folder: string, clients: number, peers: number): Record<string, string> {
    return {
        "data-dir": path.join(folder, "etcd"),
        "listen-client-urls": `http://127.0.0.1:${clients}`,
        "advertise-client-urls": `http://127.0.0.1:${clients}`,
        "listen-peer-urls": `http://127.0.0.1:${peers}`,
        "initial-advertise-peer-urls": `http://127.0.0.1:${peers}`,
        "initial-cluster": `default=http://127.0.0.1:${peers}`,
        "unsafe-no-fsync": "true",
        "log-level": "warn",
    };
}

function serverFlags(folder: string, etcd: number, port: number): Record<string, string> {
    const key = path.join(folder, "service-accounts.pem");
    return {
        "etcd-servers": `http://127.0.0.1:${etcd}`,
        "bind-address": "127.0.0.1",
        "advertise-address": "127.0.0.1",
        "secure-port": String(port),
        "cert-dir": path.join(folder, "certificates"),
        "authorization-mode": "RBAC",
        "token-auth-file": path.join(folder, "tokens.csv"),
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-signing-key-file": key,
        "service-account-key-file": key,
        "service-cluster-ip-range": "10.0.0.0/24",
        // An address of this machine is none for an endpoint.
        "endpoint-reconciler-type": "none",
        // What is deleted is gone at once: the collector that would let go of it is a controller, and there is none.
        "enable-garbage-collector": "false",
        // A preview asks for a dry run of each object, all at once.
        "max-requests-inflight": "800",
    };
}

/** Writes the token file and the key that signs tokens of service accounts. */
function writeIdentities(folder: string): Record<User, string> {
    const tokens = { admin: randomBytes(16).toString("hex"), nobody: randomBytes(16).toString("hex") };
    fs.writeFileSync(
        path.join(folder, "tokens.csv"),
        `${tokens.admin},admin,admin,system:masters\n${tokens.nobody},nobody,nobody\n`,
        { mode: 0o600 },
    );
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = privateKey.export({ type: "pkcs1", format: "pem" });
    fs.writeFileSync(path.join(folder, "service-accounts.pem"), key, { mode: 0o600 });
    return tokens;
}

function kubeconfigOf(known: { certificate: string; url: string; gone: string; tokens: Record<User, string> }): string {
    const cluster = (server: string) => ({ server, "certificate-authority": known.certificate });
    const context = (cluster: string, user: User) => ({ cluster, user });
    return stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            { name: "test", cluster: cluster(known.url) },
            { name: "gone", cluster: cluster(known.gone) },
        ],
        users: Object.entries(known.tokens).map(([name, token]) => ({ name, user: { token } })),
        contexts: [
            { name: "admin", context: context("test", "admin") },
            { name: "nobody", context: context("test", "nobody") },
            { name: "gone", context: context("gone", "admin") },
        ],
        "current-context": "admin",
    });
}

function startProgram(folder: string, name: string, flags: Record<string, string>): ChildProcess {
    const program = path.join(root, ".cache/bin", name);
    if (!fs.existsSync(program)) {
        throw new Error(
            `There is no ${program}. make e2e ONLY=kubernetes builds it: node dev/scripts/toolchain.mjs ${name}`,
        );
    }
    const log = fs.openSync(logOf(folder, name), "w");
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    // It ends with this process, however that ends.
    const tied = ["--pdeathsig", "KILL", program, ...args];
    const child = spawn("setpriv", tied, { cwd: folder, stdio: ["ignore", log, log] });
    fs.closeSync(log);
    // And this process ends without waiting for it.
    child.unref();
    return child;
}

const logOf = (folder: string, name: string) => path.join(folder, `${name}.log`);

async function ready(children: ChildProcess[], folder: string, answers: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!(await answers().catch(() => false))) {
        const ended = children.some((child) => child.exitCode !== null || child.signalCode !== null);
        if (ended || Date.now() > deadline) {
            const logs = ["etcd", "kube-apiserver"].map((name) =>
                fs.readFileSync(logOf(folder, name), "utf8").slice(-3000),
            );
            throw new Error(
                `The API server ${ended ? "ended" : "did not answer within two minutes"}:\n${logs.join("\n")}`,
            );
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** Where tests failed, the logs outlive the folder. */
function keepLogs(folder: string, code: number): void {
    if (code === 0) return;
    const kept = path.join(root, ".cache", "kubernetes-logs");
    fs.mkdirSync(kept, { recursive: true });
    for (const name of ["etcd", "kube-apiserver"].filter((each) => fs.existsSync(logOf(folder, each)))) {
        fs.copyFileSync(logOf(folder, name), path.join(kept, `${name}.log`));
    }
    console.error(`  logs of the API server: ${kept}`);
}

/** Ports that nobody listens on at the moment. */
async function freePorts(count: number): Promise<number[]> {
    const servers = Array.from({ length: count }, () => net.createServer());
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
    const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    return ports;
}
