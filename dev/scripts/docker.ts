import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { root } from "./pulumi";

const exec = promisify(execFile);

/** The manager's image, as `dev/toolchain/images/images.sh` makes it: laid out like `gitlab/gitlab-runner:alpine`. */
export const RUNNER = "gitlab-fleet-test/runner:19.4.0";

/** Runs the docker client; resolves to what it printed. */
export type Docker = (...args: string[]) => Promise<string>;

/** The docker client for one engine. @param host such as `unix:///run/docker.sock` @default - what the client takes by itself */
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

/** Makes the local images on an engine, unless it has them. Nothing is downloaded. `options` are the script's variables. */
export async function makeImages(host?: string, options: Record<string, string> = {}): Promise<void> {
    const env = { ...process.env, ...options, ...(host === undefined ? {} : { DOCKER_HOST: host }) };
    await exec("bash", [path.join(root, "dev/toolchain/images/images.sh")], { env }).catch(
        (error: { stderr?: string }) => {
            throw new Error(error.stderr?.trim() || String(error));
        },
    );
}

/** The address of the engine's bridge: what listens there can be reached by containers. */
export async function gatewayOf(docker: Docker): Promise<string> {
    const [bridge] = JSON.parse(await docker("network", "inspect", "bridge"));
    const pools: { Subnet: string; Gateway?: string }[] = bridge.IPAM.Config;
    const { Subnet, Gateway } = pools.find((pool) => pool.Subnet.includes("."))!;
    if (Gateway) return Gateway;
    // An engine that has just made its bridge does not name the address before it is started again. It took the first.
    const [address] = Subnet.split("/");
    return address!.replace(/\d+$/, (last) => String(Number(last) + 1));
}
