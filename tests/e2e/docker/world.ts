import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { type Docker, dockerClient, gatewayOf, makeImages, RUNNER } from "../../../dev/scripts/docker";
import { installPlugin } from "../../../dev/scripts/plugins";
import { type PulumiResult, PulumiStack, root, type StateResource } from "../../../dev/scripts/pulumi";
import { type NewJob, type Sandbox, startSandbox } from "../../../sandbox";

export { RUNNER };

/** Further images that `dev/toolchain/images/images.sh` makes. */
export const NEWER_RUNNER = "gitlab-fleet-test/runner:19.4.1";
export const BARE_RUNNER = "gitlab-fleet-test/runner:bare";
export const HELPER = "gitlab-fleet-test/helper:19.4.0";
export const JOB = "gitlab-fleet-test/job:1";
export const DIND = "gitlab-fleet-test/dind:1";

/** A Docker engine with the test images, and what tests ask of it. */
export interface DockerEngine {
    /** `unix:///…`. */
    host: string;
    /** The engine's address as containers see it: a sandbox that listens there can be reached by them. */
    gateway: string;
    /** Runs the docker client; resolves to what it printed. */
    docker: Docker;
    /** `docker inspect` of one thing. */
    inspect<T = Inspected>(name: string): Promise<T>;
}

/** The parts of `docker inspect` that tests look at. */
export interface Inspected {
    Id: string;
    State: { StartedAt: string; Running: boolean; Health?: { Status: string } };
    Image: string;
    HostConfig: Record<string, unknown>;
    Config: {
        Env: string[];
        Labels: Record<string, string>;
        StopSignal: string;
        StopTimeout: number;
        Hostname: string;
    };
}

let engine: Promise<DockerEngine> | undefined;

/** The engine that DOCKER_HOST names, or one of the tests' own. Ready once for all specs. */
export function dockerEngine(): Promise<DockerEngine> {
    engine ??= prepare();
    return engine;
}

async function prepare(): Promise<DockerEngine> {
    const host = process.env.DOCKER_HOST ?? startOwnEngine();
    const docker = dockerClient(host);
    await makeImages(host);
    await installPlugin("docker");
    const gateway = await gatewayOf(docker);
    const inspect = async <T>(name: string) => JSON.parse(await docker("inspect", name))[0] as T;
    return { host, gateway, docker, inspect };
}

function startOwnEngine(): string {
    if (process.getuid?.() !== 0 || spawnSync("dockerd", ["--version"]).status !== 0) {
        throw new Error(
            "These tests need a Docker engine: set DOCKER_HOST, or run them as root on a machine with dockerd " +
                "(Debian: apt-get install docker.io).",
        );
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-docker-"));
    const script = path.join(root, "dev/scripts/docker-engine.sh");
    const started = spawnSync("bash", [script, "start", folder], { encoding: "utf8" });
    if (started.status !== 0) throw new Error(started.stderr);
    process.on("exit", () => {
        spawnSync("bash", [script, "stop", folder]);
        removeEngineFolder(folder);
    });
    return `unix://${folder}/docker.sock`;
}

/** Removes an engine's folder; its data is a mount of its own until the engine has ended completely. */
export function removeEngineFolder(folder: string): void {
    spawnSync("umount", ["-R", path.join(folder, "data")]);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
}

/** A stack whose manager runs on the engine, and a sandbox that its containers can reach. */
export interface World extends DockerEngine {
    sandbox: Sandbox;
    stack: PulumiStack;
    stackName: string;
    folder: string;
    /** Name of the container of manager `ci-01`. */
    container: string;
    /** `pulumi up`, which must succeed. */
    up(...args: string[]): Promise<PulumiResult>;
    /** `pulumi preview --expect-no-changes`, which must succeed. */
    expectNoChanges(): Promise<PulumiResult>;
    /** Resources in the state, as the backend has them on disk: nothing is decrypted. */
    resources(): StateResource[];
    /** Outputs of the first resource of a type in the state. */
    outputsOf(type: string): Record<string, unknown>;
    /** Puts a job into the queue of `apps/etl`; resolves to its id. */
    enqueue(job: Partial<NewJob>): number;
    /** Waits until a job has a status; resolves to its log. */
    jobIs(id: number, statuses: string | string[], seconds?: number): Promise<string>;
    close(): Promise<void>;
}

/** What a stack declares for its one manager. */
export interface Declared {
    /** Keys of `placement.docker`, besides host and image. */
    docker?: Record<string, unknown>;
    /** Keys of the manager. */
    manager?: Record<string, unknown>;
    /** Keys above the first `[[runners]]` table. */
    config?: Record<string, unknown>;
    /** The `[[runners]]` table. */
    worker?: Record<string, unknown>;
    /** Keys of the runner. */
    runner?: Record<string, unknown>;
    /** Further workers, each a runner of its own. @default 0 */
    more?: number;
    /** Further managers with the same runners. @default - none */
    managers?: string[];
    /** Further managers that are declared in their own way; one with a worker has a runner of its own name. @default - none */
    beside?: Record<string, Declared>;
}

/** A stack config with manager `ci-01` on a Docker engine. */
export function stackConfig(host: string, declared: Declared = {}): string {
    const names = ["ci", ...Array.from({ length: declared.more ?? 0 }, (_, index) => `ci-${index + 2}`)];
    const beside = Object.entries(declared.beside ?? {});
    const runnerOf = ({ worker = { executor: "shell", shell: "sh" }, runner }: Declared) => ({
        scope: { group: "apps" },
        tags: ["docker"],
        config: worker,
        ...runner,
    });
    const managerOf = ({ docker, config, manager }: Declared, runners: string[]) => ({
        placement: { docker: { host, image: RUNNER, ...docker } },
        runners,
        config: { concurrent: 4, ...config },
        drainTimeout: "3m",
        ...manager,
    });
    return stringify({
        config: {
            "gitlab-fleet:runners": Object.fromEntries([
                ...names.map((name) => [name, runnerOf(declared)]),
                ...beside.flatMap(([name, other]) => (other.worker === undefined ? [] : [[name, runnerOf(other)]])),
            ]),
            "gitlab-fleet:managers": Object.fromEntries([
                ...["ci-01", ...(declared.managers ?? [])].map((name) => [name, managerOf(declared, names)]),
                ...beside.map(([name, other]) => [name, managerOf(other, other.worker === undefined ? names : [name])]),
            ]),
        },
    });
}

/** Starts a sandbox for containers and makes an empty stack. */
export async function startWorld(declared: Declared = {}): Promise<World> {
    const ready = await dockerEngine();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-"));
    const sandbox = await startSandbox({
        seed: path.join(root, "sandbox/seeds/demo.yaml"),
        host: ready.gateway,
    });
    const stackName = `t${path
        .basename(folder)
        .slice(-6)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, "x")}`;
    const stack = new PulumiStack({
        folder,
        stack: stackName,
        config: stackConfig(ready.host, declared),
        env: {
            GITLAB_BASE_URL: `${sandbox.url}/api/v4/`,
            GITLAB_TOKEN: sandbox.tokens.owner!,
            PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
        },
    });
    await stack.init();
    const succeed = async (args: string[]): Promise<PulumiResult> => {
        const result = await stack.run(args);
        if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${result.code}:\n${result.output}`);
        return result;
    };
    const resources = (): StateResource[] => {
        const file = path.join(folder, "backend/.pulumi/stacks/gitlab-fleet", `${stackName}.json`);
        return JSON.parse(fs.readFileSync(file, "utf8")).checkpoint.latest.resources;
    };
    return {
        ...ready,
        sandbox,
        stack,
        stackName,
        folder,
        container: `gitlab-fleet-${stackName}-ci-01`,
        up: (...args) => succeed(["up", "--yes", "--skip-preview", ...args]),
        expectNoChanges: () => succeed(["preview", "--expect-no-changes"]),
        resources,
        outputsOf: (wanted) => resources().find(({ type }) => type === wanted)?.outputs ?? {},
        enqueue: (job) =>
            sandbox.db.jobs.enqueue({ project: "apps/etl", tags: ["docker"], script: "echo hello", ...job }).id,
        jobIs: (id, statuses, seconds = 240) => jobIs(sandbox, id, [statuses].flat(), seconds),
        close: async () => {
            await stack.run(["destroy", "--yes", "--skip-preview"]);
            await removeLeftovers(ready, stackName);
            await sandbox.close();
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}

async function jobIs(sandbox: Sandbox, id: number, statuses: string[], seconds: number): Promise<string> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        const job = sandbox.db.jobs.get(id)!;
        const trace = sandbox.db.traces.get(id)?.toString() ?? "";
        if (statuses.includes(job.status)) return trace;
        if (Date.now() > deadline || ["success", "failed", "canceled"].includes(job.status)) {
            throw new Error(`job ${id} is ${job.status}, not ${statuses.join(" or ")}, after ${seconds} s:\n${trace}`);
        }
        await sleep(100);
    }
}

/** What a failed test has left on the engine. */
async function removeLeftovers({ docker }: DockerEngine, stackName: string): Promise<void> {
    const containers = await docker("ps", "-aq", "--filter", `name=gitlab-fleet-${stackName}-`);
    if (containers !== "") await docker("rm", "-f", ...containers.split("\n"));
    const volumes = await docker("volume", "ls", "-q", "--filter", `name=gitlab-fleet-${stackName}-`);
    if (volumes !== "") await docker("volume", "rm", ...volumes.split("\n"));
}

/** Declares cases that run beside each other, two at a time, and are reported one by one: they wait more than they compute. */
export function together(cases: Record<string, () => Promise<void>>): void {
    const running = new Map<string, Promise<void>>();
    before(() => {
        const waiting = Object.entries(cases);
        const lane = async () => {
            for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
                const [title, run] = next;
                const done = run();
                running.set(title, done);
                await done.catch(() => {});
            }
        };
        lane();
        lane();
    });
    for (const title of Object.keys(cases)) {
        it(title, async () => {
            while (!running.has(title)) await sleep(100);
            await running.get(title);
        });
    }
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
