import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { type PulumiResult, PulumiStack, root } from "../../../dev/scripts/pulumi";
import { type NewJob, type Sandbox, type Seed, startSandbox } from "../../../sandbox";
import { type DockerEngine, dockerEngine, HELPER } from "../docker/world";
import { type ContainerRegistry, freePort, startRegistry } from "./container-registry";

/** A producer of images, a consumer, and a project that nobody has allowed; all private, nobody is a member of all. */
const SEED: Seed = {
    users: [{ username: "root", admin: true }, { username: "olga" }, { username: "dev" }],
    groups: [
        { path: "containers", members: { olga: "owner" } },
        { path: "apps", members: { olga: "owner", dev: "developer" } },
    ],
    projects: [
        { path: "containers/poetry", visibility: "private", jobTokenScope: { enabled: true } },
        { path: "apps/etl", visibility: "private" },
        { path: "apps/third", visibility: "private" },
    ],
    tokens: [{ name: "root", user: "root", scopes: ["api"] }],
};

/** How a job ended, with its log. */
export interface JobEnd {
    status: string;
    failureReason: string | null;
    log: string;
}

/** GitLab, a registry that trusts it, a Docker engine and a runner manager, each the real thing but for GitLab. */
export interface RegistryWorld {
    sandbox: Sandbox;
    stack: PulumiStack;
    engine: DockerEngine;
    registry: ContainerRegistry;
    /** `127.0.0.1:<port>`. */
    registryHost: string;
    /** `pulumi up`, which must succeed, with these registries declared. */
    up(registries: Record<string, unknown>): Promise<PulumiResult>;
    /** `pulumi preview` of the same. */
    preview(registries: Record<string, unknown>): Promise<PulumiResult>;
    /** Starts the runner manager on the files that `up` has written. */
    startManager(): void;
    /** Runs a job to its end. */
    run(job: NewJob): Promise<JobEnd>;
    close(): Promise<void>;
}

/** Starts all of it; the stack is empty, and no manager runs yet. */
export async function startRegistryWorld(): Promise<RegistryWorld> {
    const engine = await dockerEngine();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-registry-"));
    // An engine talks plain HTTP to registries on the loopback, and to no others.
    const port = await freePort();
    const registryHost = `127.0.0.1:${port}`;
    const sandbox = await startSandbox({ seed: { ...SEED, settings: { registryHost } } });
    const registry = await startRegistry(sandbox, port, folder);
    const managerFolder = path.join(folder, "manager");
    const configFor = (registries: Record<string, unknown>) => toConfig(engine.host, managerFolder, registries);
    const stack = new PulumiStack({
        folder,
        stack: "registry",
        config: configFor({}),
        env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.root! },
    });
    await stack.init();
    let manager: Manager | undefined;
    return {
        sandbox,
        stack,
        engine,
        registry,
        registryHost,
        up: async (registries) => {
            stack.setConfig(configFor(registries));
            const result = await stack.run(["up", "--yes", "--skip-preview"]);
            if (result.code !== 0) throw new Error(`pulumi up ended with ${result.code}:\n${result.output}`);
            return result;
        },
        preview: (registries) => {
            stack.setConfig(configFor(registries));
            return stack.run(["preview"]);
        },
        startManager: () => {
            manager = startManager(managerFolder, engine.host);
        },
        run: (job) => runJob(sandbox, job, () => manager?.log() ?? "no manager"),
        close: async () => {
            await manager?.close();
            await registry.close();
            const images = await engine.docker("images", "-q", "--filter", `reference=${registryHost}/*/*/*/*`);
            if (images !== "") await engine.docker("rmi", "-f", ...new Set(images.split("\n")));
            await sandbox.close();
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}

function toConfig(dockerHost: string, directory: string, registries: Record<string, unknown>): string {
    const docker = {
        host: dockerHost,
        image: "alpine:latest",
        helper_image: HELPER,
        // The helper image is on the engine and in no registry; jobs ask for their own images to be pulled always.
        pull_policy: ["if-not-present"],
        allowed_pull_policies: ["always", "if-not-present"],
    };
    return stringify({
        config: {
            "gitlab-fleet:runners": {
                builder: { scope: { project: "containers/poetry" }, tags: ["shell"], config: { executor: "shell" } },
                docker: { scope: { group: "apps" }, tags: ["docker"], config: { executor: "docker", docker } },
            },
            "gitlab-fleet:managers": {
                "ci-01": {
                    placement: { directory },
                    runners: ["builder", "docker"],
                    config: { concurrent: 4, check_interval: 1 },
                },
            },
            "gitlab-fleet:registries": registries,
        },
    });
}

interface Manager {
    log(): string;
    close(): Promise<void>;
}

function startManager(folder: string, dockerHost: string): Manager {
    let output = "";
    const work = path.join(folder, "work");
    fs.mkdirSync(work, { recursive: true });
    const config = path.join(folder, "config.toml");
    const child = spawn(
        path.join(root, ".cache/bin/gitlab-runner"),
        ["run", "--config", config, "--working-directory", work],
        { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, DOCKER_HOST: dockerHost, HOME: work } },
    );
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
            output += text;
        });
    }
    const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
    return {
        log: () => output,
        close: async () => {
            child.kill("SIGTERM");
            await ended;
        },
    };
}

async function runJob(sandbox: Sandbox, wanted: NewJob, explain: () => string): Promise<JobEnd> {
    const { jobs, traces } = sandbox.db;
    const { id } = jobs.enqueue(wanted);
    for (const deadline = Date.now() + 240_000; ; ) {
        const { status, failureReason } = jobs.get(id)!;
        const log = traces.get(id)?.toString() ?? "";
        if (["success", "failed", "canceled"].includes(status)) return { status, failureReason, log };
        if (Date.now() > deadline) throw new Error(`job ${id} is ${status} after 240 s:\n${log}\n${explain()}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
