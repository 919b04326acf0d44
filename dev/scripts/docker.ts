import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { root } from "./pulumi";

const exec = promisify(execFile);

/** The manager's image from `dev/toolchain/images/images.sh`, with the layout of `gitlab/gitlab-runner:alpine`. */
export const RUNNER = "gitlab-fleet-test/runner:19.4.0";

/** Runs the docker client; resolves to its output. */
export type Docker = (...args: string[]) => Promise<string>;

/**
 * The docker client for one engine. @param host such as `unix:///run/docker.sock` @default - the client's own default
 */
export function dockerClient(host?: string): Docker {
    const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
    return async (...args) => {
        try {
            const { stdout, stderr } = await exec("docker", args, { env, maxBuffer: 64 * 1024 * 1024 });
            return args[0] === "logs" ? stdout + stderr : stdout.trim();
        } catch (error) {
            throw new Error(`docker ${args.join(" ")}: ${(error as { stderr?: string }).stderr || error}`);
        }
    };
}

/** Creates the local images on an engine that lacks them. Downloads nothing. `options` are the script's variables. */
export async function makeImages(host?: string, options: Record<string, string> = {}): Promise<void> {
    const env = { ...process.env, ...options, ...(host === undefined ? {} : { DOCKER_HOST: host }) };
    await exec("bash", [path.join(root, "dev/toolchain/images/images.sh")], { env }).catch(
        (error: { stderr?: string }) => {
            throw new Error(error.stderr?.trim() || String(error));
        },
    );
}

/** The address of the engine's bridge: containers can reach what listens there. */
export async function gatewayOf(docker: Docker): Promise<string> {
    const [bridge] = JSON.parse(await docker("network", "inspect", "bridge"));
    const pools: { Subnet: string; Gateway?: string }[] = bridge.IPAM.Config;
    const { Subnet, Gateway } = pools.find((pool) => pool.Subnet.includes("."))!;
    if (Gateway) return Gateway;
    // An engine that has just created its bridge does not report the address before a restart. It uses the first one.
    const [address] = Subnet.split("/");
    return address!.replace(/\d+$/, (last) => String(Number(last) + 1));
}
