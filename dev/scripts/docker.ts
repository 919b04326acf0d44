import { execFile } from "node:child_process";
import * as fs from "node:fs";
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

/** Puts the docker plugin where Pulumi looks. One that it finds on PATH would be warned about in every output. */
export async function installDockerPlugin(): Promise<void> {
    const home = path.join(root, ".cache/pulumi-home");
    const binary = path.join(root, ".cache/bin/pulumi-resource-docker");
    const installed = path.join(home, "plugins/resource-docker-v5.2.0/pulumi-resource-docker");
    if (fs.existsSync(installed) && fs.statSync(installed).size === fs.statSync(binary).size) return;
    await exec("pulumi", ["plugin", "install", "resource", "docker", "5.2.0", "-f", binary, "--reinstall"], {
        env: {
            ...process.env,
            PATH: `${path.join(root, ".cache/bin")}${path.delimiter}${process.env.PATH}`,
            PULUMI_HOME: home,
            PULUMI_SKIP_UPDATE_CHECK: "1",
        },
    });
}
