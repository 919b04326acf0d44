import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import * as yaml from "yaml";
import { type Docker, dockerClient, gatewayOf, makeImages, RUNNER } from "../scripts/docker";
import { installPlugin } from "../scripts/plugins";
import { type PulumiStack, root } from "../scripts/pulumi";
import { renderLegacyConfig } from "./legacy-config";
import type { Place, Site } from "./place";
import { RunnerLog } from "./runner-log";
import { demoSeed, type SandboxProcess } from "./sandbox-process";

/** A container that somebody started by hand earlier. */
const BEFORE = "gitlab-fleet-demo-before";
/** The name of the manager's container: project, stack, manager. */
const MANAGER = "gitlab-fleet-sandbox-ci-01";
const CONFIG = "/etc/gitlab-runner/config.toml";

/** A gitlab-runner container on the local engine. Throws if containers could not reach a sandbox on this machine. */
export async function dockerSite(folder: string): Promise<Site> {
    const docker = dockerClient();
    const host = await hostOf(docker);
    await makeImages();
    await installPlugin("docker");
    const gateway = await gatewayOf(docker);
    if (!host.startsWith("unix:") || !(await canListenOn(gateway))) {
        throw new Error(
            `demo: containers on the Docker engine ${host} cannot reach a sandbox on this machine, which has no address ` +
                `${gateway}. Set DOCKER_HOST to an engine that runs here, neither rootless nor in a virtual machine.`,
        );
    }
    return { host: gateway, stackConfig: stackConfig(host), begin: (sandbox) => begin(docker, folder, sandbox) };
}

/** Whether an address belongs to this machine. Node.js does not list a bridge without containers. */
function canListenOn(address: string): Promise<boolean> {
    return new Promise((resolve) => {
        const server = net.createServer();
        server.once("error", () => resolve(false));
        server.listen(0, address, () => server.close(() => resolve(true)));
    });
}

/** Address of the docker client's engine: the plugin does not know the client's contexts. */
async function hostOf(docker: Docker): Promise<string> {
    const { DOCKER_CONTEXT, DOCKER_HOST } = process.env;
    if (DOCKER_HOST && !DOCKER_CONTEXT) return DOCKER_HOST;
    return docker("context", "inspect", "-f", "{{.Endpoints.docker.Host}}");
}

/** The demo's stack with its manager in a container, whose local image has no bash. */
function stackConfig(host: string): string {
    const stack = yaml.parseDocument(fs.readFileSync(path.join(root, "stacks/Pulumi.sandbox.yaml"), "utf8"));
    const manager = ["config", "gitlab-fleet:managers", "ci-01"];
    stack.setIn([...manager, "placement"], { docker: { host, image: RUNNER } });
    stack.setIn([...manager, "drainTimeout"], "1m");
    stack.setIn(["config", "gitlab-fleet:runners", "my-runner", "config", "shell"], "sh");
    return stack.toString();
}

async function begin(docker: Docker, folder: string, sandbox: SandboxProcess): Promise<Place> {
    const files = path.join(folder, "etc-gitlab-runner");
    fs.mkdirSync(files, { recursive: true });
    fs.writeFileSync(path.join(files, "config.toml"), renderLegacyConfig(demoSeed, sandbox.url), { mode: 0o600 });
    await remove(docker, BEFORE);
    await docker("create", "--name", BEFORE, RUNNER);
    await docker("cp", files, `${BEFORE}:/etc/gitlab-runner`);
    await docker("start", BEFORE);
    let container = BEFORE;
    let log = follow(container);
    return {
        get log() {
            return log;
        },
        readConfig: () => docker("exec", container, "cat", CONFIG),
        async handOver() {
            await log.stop();
            await remove(docker, BEFORE);
            container = MANAGER;
            log = follow(container);
            return `the gitlab-runner in container ${container}; the one of before is removed`;
        },
        async end(stack, keep) {
            await log.stop();
            await remove(docker, BEFORE);
            if (!keep) return takeDown(docker, stack);
            return (
                `The manager goes on in container ${MANAGER}; this removes it with its volumes:\n` +
                `  docker rm -f ${MANAGER} && docker volume rm ${(await volumesOf(docker)).join(" ")}`
            );
        },
    };
}

/** Destroys the stack, and checks that nothing of it is left on the engine. */
async function takeDown(docker: Docker, stack: PulumiStack): Promise<string> {
    const destroyed = await stack.run(["destroy", "--yes", "--skip-preview"]);
    const containers = await docker("ps", "-a", "--format", "{{.Names}}", "--filter", `name=^${MANAGER}`);
    const left = [...containers.split("\n"), ...(await volumesOf(docker))].filter(Boolean);
    if (destroyed.code === 0 && left.length === 0) return "pulumi destroy: container and volumes are gone.";
    throw new Error(`demo: pulumi destroy left ${left.join(", ") || "nothing"}\n${destroyed.output}`);
}

async function volumesOf(docker: Docker): Promise<string[]> {
    const names = await docker("volume", "ls", "-q", "--filter", `name=^${MANAGER}`);
    return names.split("\n").filter(Boolean);
}

function follow(container: string): RunnerLog {
    return new RunnerLog("docker", ["logs", "--follow", container], process.env);
}

async function remove(docker: Docker, container: string): Promise<void> {
    await docker("rm", "-f", "-v", container).catch((error: Error) => {
        if (!error.message.includes("No such container")) throw error;
    });
}
