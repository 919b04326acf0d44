import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { stringify } from "yaml";
import { root } from "../../../dev/scripts/pulumi";
import { REGISTRY_ISSUER, type Sandbox } from "../../../sandbox";

/** A real container registry (github.com/distribution/distribution). */
export interface ContainerRegistry {
    /** What it logged. */
    log(): string;
    close(): Promise<void>;
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Starts a registry that sends everybody to the sandbox for a token, and trusts what the sandbox has signed. */
export async function startRegistry(sandbox: Sandbox, port: number, folder: string): Promise<ContainerRegistry> {
    const jwks = path.join(folder, "jwks.json");
    fs.writeFileSync(jwks, JSON.stringify(sandbox.registryKey.jwks()));
    const config = path.join(folder, "registry.yml");
    const token = { realm: `${sandbox.url}/jwt/auth`, service: "container_registry", issuer: REGISTRY_ISSUER, jwks };
    fs.writeFileSync(
        config,
        stringify({
            version: 0.1,
            log: { level: "info" },
            storage: { filesystem: { rootdirectory: path.join(folder, "registry") } },
            http: { addr: `127.0.0.1:${port}`, secret: "of no importance" },
            auth: { token },
        }),
    );
    let output = "";
    const child = spawn(path.join(root, ".cache/bin/registry"), ["serve", config], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
    });
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
            output += text;
        });
    }
    const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
    const close = async () => {
        child.kill();
        await ended;
    };
    for (const deadline = Date.now() + 60_000; ; ) {
        const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
        // Nobody gets in without a token; so 401 is what a registry that works answers.
        if (answer?.status === 401) break;
        if (child.exitCode !== null || Date.now() > deadline) {
            await close();
            throw new Error(`the registry did not start:\n${output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { log: () => output, close };
}
