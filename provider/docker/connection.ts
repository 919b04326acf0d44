import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import { homedir } from "node:os";
import * as path from "node:path";
import { Duplex } from "node:stream";
import * as tls from "node:tls";
import { attempt } from "../../core/attempt";
import { parseEngine, withoutPassword } from "../../core/ssh/address";
import { DockerError } from "./errors";

/** How to reach a Docker engine: the docker provider's properties, with the same meaning. */
export interface DockerConnection {
    /** `unix://`, `npipe://`, `tcp://` or `ssh://`. @default - DOCKER_HOST, otherwise the engine of this machine */
    host?: string;
    /** Folder with `ca.pem`, `cert.pem` and `key.pem`. @default - DOCKER_CERT_PATH */
    certPath?: string;
    /** PEM text of the engine's authority. @default - DOCKER_CA_MATERIAL */
    caMaterial?: string;
    /** PEM text of the client certificate. @default - DOCKER_CERT_MATERIAL */
    certMaterial?: string;
    /** PEM text of the client's key. Secret. @default - DOCKER_KEY_MATERIAL */
    keyMaterial?: string;
    /** Additional options of `ssh`. @default - DOCKER_SSH_OPTS */
    sshOpts?: string[];
}

type Dial = () => Duplex;

/** The engine's address and a way to open connections to it. */
interface Endpoint {
    /** As shown in messages. */
    host: string;
    dial: Dial;
}

const SSH_TIMEOUT = "ConnectTimeout";

/** The effective address, given or from the environment, by the docker provider's rules. */
export function hostOf(connection: DockerConnection, env: NodeJS.ProcessEnv): string {
    const context = env.DOCKER_CONTEXT;
    const given = connection.host;
    if (context) {
        const fromContext = contextHost(context);
        if (given !== undefined && given !== fromContext) {
            // The docker provider prefers the variable: files and container would end up on two engines.
            throw new DockerError(
                given,
                `DOCKER_CONTEXT is set to "${context}" and would override it for the containers. Unset DOCKER_CONTEXT.`,
            );
        }
        return fromContext;
    }
    const fallback = process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";
    return given || env.DOCKER_HOST || fallback;
}

/** Determines how to open connections to the engine. Opens none. */
export function endpointOf(connection: DockerConnection, env: NodeJS.ProcessEnv): Endpoint {
    const host = hostOf(connection, env);
    const [, scheme = "", rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
    switch (scheme) {
        case "unix":
            return { host, dial: () => net.connect({ path: rest }) };
        case "npipe":
            return { host, dial: () => net.connect({ path: rest.replaceAll("/", "\\") }) };
        case "ssh":
            return { host, dial: dialSsh(host, connection.sshOpts ?? env.DOCKER_SSH_OPTS?.split(/\s+/) ?? []) };
        case "tcp":
        case "http":
        case "https":
            return { host, dial: dialTcp(host, connection, env) };
        default:
            throw new DockerError(
                host,
                "is not the address of a Docker engine. Write unix:///path, tcp://host:2376 or ssh://user@host.",
            );
    }
}

function dialTcp(host: string, connection: DockerConnection, env: NodeJS.ProcessEnv): Dial {
    const url = new URL(host.replace(/^(tcp|https):/, "http:"));
    const secure = tlsOptions(connection, env, host);
    const port = Number(url.port || (secure === undefined ? 2375 : 2376));
    const target = { host: url.hostname.replace(/^\[|\]$/g, ""), port };
    return () => (secure === undefined ? net.connect(target) : tls.connect({ ...target, ...secure }));
}

function tlsOptions(
    connection: DockerConnection,
    env: NodeJS.ProcessEnv,
    host: string,
): tls.ConnectionOptions | undefined {
    const cert = connection.certMaterial ?? env.DOCKER_CERT_MATERIAL;
    if (cert) {
        const ca = connection.caMaterial ?? env.DOCKER_CA_MATERIAL;
        // Without an authority, the docker provider accepts any certificate; we must, too, or half of an `up` would
        // fail.
        return { cert, key: connection.keyMaterial ?? env.DOCKER_KEY_MATERIAL, ca, rejectUnauthorized: Boolean(ca) };
    }
    const folder = connection.certPath ?? env.DOCKER_CERT_PATH;
    if (!folder) return undefined;
    const read = (name: string) => {
        try {
            return fs.readFileSync(path.join(folder, name));
        } catch (error) {
            throw new DockerError(
                host,
                `certPath has no readable ${name} (${(error as Error).message}). Put it there.`,
            );
        }
    };
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

function dialSsh(host: string, options: string[]): Dial {
    const engine = parseEngine(host);
    if ("problem" in engine) throw new DockerError(withoutPassword(host), engine.problem);
    const args = [
        ...(engine.user === undefined ? [] : ["-l", engine.user]),
        ...(engine.port === undefined ? [] : ["-p", String(engine.port)]),
        ...options,
        ...(options.some((option) => option.includes(SSH_TIMEOUT)) ? [] : ["-o", `${SSH_TIMEOUT}=30`]),
        "-T",
        "--",
        engine.host,
        "docker",
        ...(engine.socket === "" ? [] : [`--host=unix://${engine.socket}`]),
        "system",
        "dial-stdio",
    ];
    return () => new ChildStream(spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] }));
}

function contextHost(name: string): string {
    const folder = path.join(homedir(), ".docker", "contexts", "meta");
    for (const entry of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
        // A file that cannot be read is not a context, but another program's file.
        const meta = attempt(() => JSON.parse(fs.readFileSync(path.join(folder, entry, "meta.json"), "utf8")));
        if (meta?.Name === name && meta.Endpoints?.docker?.Host) return meta.Endpoints.docker.Host;
    }
    throw new DockerError(`context ${name}`, `DOCKER_CONTEXT names a context that is not in ${folder}. Unset it.`);
}

/** A child process as one connection, for an engine that is reached through `ssh`. */
class ChildStream extends Duplex {
    private words = "";

    constructor(private readonly child: ChildProcessWithoutNullStreams) {
        super();
        child.stdout.on("data", (chunk: Buffer) => this.push(chunk) || child.stdout.pause());
        child.once("spawn", () => this.emit("connect"));
        child.stdin.on("error", () => {});
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
            this.words = (this.words + chunk).slice(-2000);
        });
        child.on("error", (error: NodeJS.ErrnoException) =>
            this.destroy(error.code === "ENOENT" ? new Error("there is no program ssh on this machine") : error),
        );
        child.on("close", (code) => {
            // Signalled only now: earlier, the end could not be told from a failure with a reason.
            if (code === 0 || this.destroyed) {
                this.push(null);
                return;
            }
            const words = this.words.trim().replace(/\s*\n\s*/g, "; ");
            this.destroy(new Error(`ssh ended with exit code ${code}${words === "" ? "" : `: ${words}`}`));
        });
    }

    override _read(): void {
        this.child.stdout.resume();
    }

    override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
        if (this.child.stdin.write(chunk)) {
            done();
        } else {
            this.child.stdin.once("drain", () => done());
        }
    }

    override _final(done: () => void): void {
        this.child.stdin.end(done);
    }

    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
        // Some programs would take a signal for a request; closed pipes end all of them.
        for (const pipe of [this.child.stdin, this.child.stdout, this.child.stderr]) {
            pipe.destroy();
        }
        this.child.kill();
        this.child.unref();
        done(error);
    }

    ref(): this {
        this.child.ref();
        return this;
    }

    unref(): this {
        this.child.unref();
        return this;
    }
}
