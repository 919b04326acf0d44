import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { root } from "../../../dev/scripts/pulumi";
import { execute } from "../../helpers/shell";
import { until } from "../runner/process";
import type { Api, KubeObject } from "./api";
import { mountFiles } from "./mount";

/** A container of a pod, as far as it is run here. */
interface Container {
    command: string[];
    args: string[];
    env: { name: string; value: string }[];
    lifecycle: { preStop: { exec: { command: string[] } } };
    livenessProbe: { exec: { command: string[] } };
    volumeMounts: { name: string; mountPath: string; subPath?: string }[];
}

/**
 * The process of a manager's pod on this machine: the real gitlab-runner, with the command, environment and files that the
 * StatefulSet's template gives it. What is mounted lies below a folder instead of `/`, and Secrets are mounted as the kubelet does.
 */
export class PodProcess {
    /** Everything it logged. */
    log = "";
    readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-pod-"));
    readonly #loopback = `127.${randomInt(1, 255)}.${randomInt(255)}.2`;
    readonly #container: Container;
    readonly #child: ChildProcess;
    readonly #ended: Promise<void>;

    private constructor(
        private readonly api: Api,
        private readonly statefulSet: KubeObject,
        volumes: Map<string, Record<string, Buffer>>,
        kubeconfig?: string,
    ) {
        this.#container = statefulSet.spec.template.spec.containers[0];
        for (const { name, mountPath, subPath } of this.#container.volumeMounts) {
            // The kubelet never changes a file that was mounted alone.
            if (subPath !== undefined) throw new Error(`${mountPath} has a subPath`);
            const files = volumes.get(name);
            if (files === undefined) fs.mkdirSync(this.#here(mountPath), { recursive: true });
            else mountFiles(this.#here(mountPath), files);
        }
        if (kubeconfig !== undefined) {
            const folder = path.join(this.#env().HOME!, ".kube");
            fs.mkdirSync(folder);
            fs.writeFileSync(path.join(folder, "config"), kubeconfig, { mode: 0o600 });
        }
        // The first process of its own, as in a container: signals that it has no handler for do nothing.
        const alone = ["--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"];
        const tied = ["--pdeathsig", "KILL", "unshare", ...alone, ...this.#command()];
        this.#child = spawn("setpriv", tied, {
            stdio: ["ignore", "ignore", "pipe"],
            env: this.#env(),
        });
        this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
            this.log += text;
        });
        this.#ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
    }

    /** `kubeconfig` is what it speaks to the cluster with; a pod has a token and an address instead. */
    static async start(api: Api, statefulSet: KubeObject, kubeconfig?: string): Promise<PodProcess> {
        return new PodProcess(api, statefulSet, await secretVolumes(api, statefulSet), kubeconfig);
    }

    /** Does what the kubelet does about once a minute: mounts the Secrets as they are now. */
    async sync(): Promise<void> {
        const volumes = await secretVolumes(this.api, this.statefulSet);
        for (const { name, mountPath } of this.#container.volumeMounts) {
            const files = volumes.get(name);
            if (files !== undefined) mountFiles(this.#here(mountPath), files);
        }
    }

    /** Whether its liveness probe succeeds. */
    isAlive(): boolean {
        const [program, ...args] = this.#container.livenessProbe.exec.command.map((word) => this.#relocated(word));
        return spawnSync(program!, args, { env: this.#env() }).status === 0;
    }

    /** A number among its metrics. */
    async metric(name: string): Promise<number> {
        const answer = await fetch(`http://${this.#env().LISTEN_ADDRESS}/metrics`);
        return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(await answer.text())?.[1]);
    }

    /** Resolves once it has logged a text `count` times. */
    async logs(text: string, count = 1): Promise<void> {
        const times = () => this.log.split(text).length - 1;
        await until(
            () => times() >= count,
            60,
            () => `"${text}" in:\n${this.log}`,
        );
    }

    /** Stops it as the kubelet does: the hook first, which runs inside; the signal would come once the hook has ended. */
    async stop(): Promise<void> {
        const { pid } = this.#child;
        const first = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
        const inside = ["--target", first, "--user", "--preserve-credentials", "--pid", "--mount"];
        const hook = this.#container.lifecycle.preStop.exec.command;
        await execute("timeout", ["20", "nsenter", ...inside, ...hook], { cwd: this.#folder, env: this.#env() });
        await this.kill();
    }

    /** Ends it at once, if it has not ended. */
    async kill(): Promise<void> {
        this.#child.kill("SIGKILL");
        await this.#ended;
        fs.rmSync(this.#folder, { recursive: true, force: true });
    }

    /** A path of the container on this machine. */
    #here(inside: string): string {
        return path.join(this.#folder, inside);
    }

    #command(): string[] {
        return [...this.#container.command, ...this.#container.args].map((word) => this.#relocated(word));
    }

    #env(): NodeJS.ProcessEnv {
        const own = this.#container.env.map(({ name, value }) => [name, this.#relocated(value)]);
        return { PATH: `${path.join(root, ".cache/bin")}:${process.env.PATH}`, ...Object.fromEntries(own) };
    }

    /** A pod has an address of its own, and loopback is all its. */
    #relocated(text: string): string {
        if (text.includes("127.0.0.1")) return text.replaceAll("127.0.0.1", this.#loopback);
        const isMounted = this.#container.volumeMounts.some(
            ({ mountPath }) => text === mountPath || text.startsWith(`${mountPath}/`),
        );
        return isMounted ? this.#here(text) : text;
    }
}

/** Files of those volumes that are Secrets, by the volume's name. */
async function secretVolumes(api: Api, { metadata, spec }: KubeObject): Promise<Map<string, Record<string, Buffer>>> {
    const volumes = new Map<string, Record<string, Buffer>>();
    for (const { name, secret } of spec.template.spec.volumes) {
        if (secret === undefined) continue;
        const { status, body } = await api.get(`/api/v1/namespaces/${metadata.namespace}/secrets/${secret.secretName}`);
        if (status !== 200 && secret.optional !== true) throw new Error(`no Secret ${secret.secretName}`);
        const files = Object.entries((body.data ?? {}) as Record<string, string>);
        volumes.set(name, Object.fromEntries(files.map(([file, text]) => [file, Buffer.from(text, "base64")])));
    }
    return volumes;
}
