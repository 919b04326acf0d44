import { mapIn, type Value } from "../../core/props";
import { isInRange, parseRange } from "../../core/service/version";
import type { DockerConnection } from "./connection";
import { DockerError, TooMuch } from "./errors";
import { type EngineAnswer, EngineHttp, type EngineRequest } from "./http";
import { type LogLine, readLog } from "./log-lines";
import { countEntries, readTar, type TarEntry, writeTar } from "./tar";

/** Oldest API that gitlab-runner's docker executor supports. */
const OLDEST_API = "1.40";

/** A container as `inspect` shows it, as far as it is used here. */
export interface ContainerInfo {
    Id: string;
    Name: string;
    Image: string;
    /** By the engine's clock: RFC 3339 with nanoseconds. */
    Created: string;
    State: {
        Running: boolean;
        Restarting: boolean;
        Paused: boolean;
        StartedAt: string;
        FinishedAt: string;
        ExitCode: number;
        Error: string;
    };
    Config: { Image: string; Labels: Record<string, string> | null };
}

export interface ContainerSummary {
    Id: string;
    Names: string[];
    Image: string;
    State: string;
    Labels: Record<string, string>;
}

export interface VolumeInfo {
    Name: string;
    Driver: string;
    Labels: Record<string, string> | null;
    Options: Record<string, string> | null;
}

/** The part of the Docker Engine API that runner managers need. Tests pass a substitute. */
export type Engine = Pick<HttpEngine, keyof HttpEngine>;

export class HttpEngine {
    private readonly http: EngineHttp;
    private version: Promise<string> | undefined;

    constructor(connection: DockerConnection, env: NodeJS.ProcessEnv = process.env) {
        this.http = new EngineHttp(connection, env);
    }

    /** The engine's address, as shown in messages. */
    get host(): string {
        return this.http.host;
    }

    close(): void {
        this.http.close();
    }

    /**
     * The engine's API version, requested once. Throws if the engine cannot be reached, or is too old for
     * gitlab-runner.
     */
    apiVersion(): Promise<string> {
        this.version ??= this.askVersion().catch((error) => {
            this.version = undefined;
            throw error;
        });
        return this.version;
    }

    private async askVersion(): Promise<string> {
        const { headers } = await this.send("GET", "/_ping", "saying hello");
        const version = String(headers["api-version"] ?? "unknown");
        if (!isInRange(version, parseRange(`>=${OLDEST_API}`)!)) {
            throw new DockerError(
                this.host,
                `speaks API ${version}, and gitlab-runner needs ${OLDEST_API} (Docker 19.03). Upgrade it.`,
            );
        }
        return version;
    }

    /** A container by name or id; undefined if there is none. */
    async inspectContainer(name: string): Promise<ContainerInfo | undefined> {
        const path = `/containers/${encodeURIComponent(name)}/json`;
        return this.json("GET", path, `looking at container ${name}`, { accept: [404] });
    }

    /** Containers with all of these labels, including stopped ones. */
    async listContainers(labels: Record<string, string>): Promise<ContainerSummary[]> {
        const query = { all: "1", filters: labelFilter(labels) };
        return (await this.json("GET", "/containers/json", "listing containers", { query })) ?? [];
    }

    async usersOfVolume(volume: string): Promise<string[]> {
        const query = { all: "1", filters: JSON.stringify({ volume: [volume] }) };
        const doing = `listing the users of volume ${volume}`;
        const users = (await this.json<ContainerSummary[]>("GET", "/containers/json", doing, { query })) ?? [];
        return users.map(({ Names, Id }) => Names[0]?.replace(/^\//, "") ?? Id.slice(0, 12));
    }

    /** Creates a container without starting it; returns its id. */
    async createContainer(body: Record<string, unknown>): Promise<string> {
        const path = "/containers/create";
        return (await this.json<{ Id: string }>("POST", path, "creating a container", { body }))!.Id;
    }

    /** Starts a container; does nothing if it is running. */
    async startContainer(id: string): Promise<void> {
        await this.send("POST", `/containers/${id}/start`, "starting a container");
    }

    /** Restarts a container at once: for one that is not running, or waits for its next automatic restart. */
    async restartContainer(id: string): Promise<void> {
        await this.send("POST", `/containers/${id}/restart`, "restarting a container", { query: { t: "0" } });
    }

    /** Waits until a container ends; returns its exit code. */
    async waitContainer(id: string): Promise<number> {
        const [path, doing] = [`/containers/${id}/wait`, "waiting for a container"];
        return (await this.json<{ StatusCode: number }>("POST", path, doing, { timeout: 120 }))!.StatusCode;
    }

    /** Sends the container's stop signal and kills it after `grace` seconds. Succeeds if the container is gone. */
    async stopContainer(id: string, grace: number): Promise<void> {
        const more = { query: { t: String(grace) }, timeout: grace + 60, accept: [404] };
        await this.send("POST", `/containers/${id}/stop`, "stopping a container", more);
    }

    /** Removes a container with its anonymous volumes, running or not. Succeeds if the container is gone. */
    async removeContainer(id: string): Promise<void> {
        const more = { query: { force: "1", v: "1" }, accept: [404, 409] };
        await this.send("DELETE", `/containers/${id}`, "removing a container", more);
    }

    /** A container's log since a time of the engine's clock. */
    async logsOf(id: string, since?: string): Promise<LogLine[]> {
        const from = since === undefined ? undefined : toUnix(since);
        const query = { stdout: "1", stderr: "1", timestamps: "1", since: from };
        return readLog((await this.send("GET", `/containers/${id}/logs`, "reading a container's log", { query })).body);
    }

    /** Writes files below a folder of a container, including its volumes. The container need not run. */
    async putFiles(id: string, folder: string, files: readonly TarEntry[]): Promise<void> {
        const more = { query: { path: folder }, body: await writeTar(files) };
        await this.send("PUT", `/containers/${id}/archive`, "putting files into a container", more);
    }

    /**
     * The files below a folder of a container, including its volumes, or only the file `only`; undefined if it does not
     * exist. The container need not run.
     */
    async getFiles(id: string, folder: string, only = "."): Promise<TarEntry[] | undefined> {
        const more = { query: { path: `${folder}/${only}` }, accept: [404] };
        const path = `/containers/${id}/archive`;
        const { status, body } = await this.send("GET", path, "reading files from a container", more);
        if (status === 404) return undefined;
        return (await readTar(body)).map((entry) => ({ ...entry, name: entry.name.replace(/^\.?\//, "") }));
    }

    /** Whether a folder of a container is empty. The container need not run. */
    async isEmptyFolder(id: string, folder: string): Promise<boolean> {
        const more = { query: { path: `${folder}/.` } };
        try {
            const { body } = await this.send("GET", `/containers/${id}/archive`, "looking into a volume", more);
            return (await countEntries(body)) <= 1;
        } catch (error) {
            if (error instanceof TooMuch) return false;
            throw error;
        }
    }

    async inspectVolume(name: string): Promise<VolumeInfo | undefined> {
        return this.json("GET", volumePath(name), `looking at volume ${name}`, { accept: [404] });
    }

    /** Creates a volume; an existing one stays as it is. */
    async createVolume(body: {
        Name: string;
        Labels: Record<string, string>;
        Driver?: string;
        DriverOpts?: Record<string, string>;
    }): Promise<void> {
        await this.send("POST", "/volumes/create", `creating volume ${body.Name}`, { body });
    }

    /** Volumes with all of these labels. */
    async listVolumes(labels: Record<string, string>): Promise<VolumeInfo[]> {
        const query = { filters: labelFilter(labels) };
        type Volumes = { Volumes: VolumeInfo[] | null };
        const found = await this.json<Volumes>("GET", "/volumes", "listing volumes", { query });
        return found?.Volumes ?? [];
    }

    async hasImage(id: string): Promise<boolean> {
        const [path, doing] = [`/images/${encodeURIComponent(id)}/json`, `looking at image ${id}`];
        return (await this.send("GET", path, doing, { accept: [404] })).status !== 404;
    }

    async hasNetwork(name: string): Promise<boolean> {
        const [path, doing] = [`/networks/${encodeURIComponent(name)}`, `looking at network ${name}`];
        return (await this.send("GET", path, doing, { accept: [404] })).status !== 404;
    }

    /** Removes a volume. Succeeds if it is gone; returns false if a container still uses it. */
    async removeVolume(name: string): Promise<boolean> {
        const more = { accept: [404, 409] };
        return (await this.send("DELETE", volumePath(name), `removing volume ${name}`, more)).status !== 409;
    }

    private send(method: EngineRequest["method"], path: string, doing: string, more: More = {}): Promise<EngineAnswer> {
        return this.http.send({ method, path, doing, ...more });
    }

    private async json<T>(
        method: EngineRequest["method"],
        path: string,
        doing: string,
        more?: More,
    ): Promise<T | undefined> {
        const { status, body } = await this.send(method, path, doing, more);
        return status === 404 ? undefined : (JSON.parse(body.toString("utf8")) as T);
    }
}

type More = Omit<EngineRequest, "method" | "path" | "doing">;

function volumePath(name: string): string {
    return `/volumes/${encodeURIComponent(name)}`;
}

function labelFilter(labels: Record<string, string>): string {
    return JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) });
}

/** `2026-01-02T03:04:05.678901234Z` as the seconds and nanoseconds that the engine expects. */
function toUnix(time: string): string {
    const nanoseconds = /\.(\d+)/.exec(time)?.[1] ?? "0";
    return `${Math.floor(Date.parse(time) / 1000)}.${nanoseconds.padEnd(9, "0").slice(0, 9)}`;
}

/** The engine that a resource's `engine` property names. */
export type EngineOf = (connection: Value | undefined) => Engine;

/** Opens engines, each only once: a connection may cost a login. */
export function openEngines(): EngineOf {
    const engines = new Map<string, Engine>();
    return (connection) => {
        const key = JSON.stringify(connection ?? {});
        const engine = engines.get(key) ?? new HttpEngine((connection ?? {}) as DockerConnection);
        engines.set(key, engine);
        return engine;
    };
}

/** Whether two `engine` properties name different machines; another key or certificate is no difference. */
export function isOtherEngine(old: Value | undefined, next: Value | undefined): boolean {
    return hostOf(old) !== hostOf(next);
}

/** The machine that an `engine` property names; empty for what the environment says. */
export function hostOf(engine: Value | undefined): string {
    return String(mapIn(engine).host ?? "");
}
