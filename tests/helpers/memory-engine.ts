import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ContainerInfo, ContainerSummary, Engine, VolumeInfo } from "../../provider/docker/engine";
import { DockerError } from "../../provider/docker/errors";
import type { LogLine } from "../../provider/docker/log-lines";
import type { TarEntry } from "../../provider/docker/tar";

interface Spec {
    Image?: string;
    name?: string;
    Labels?: Record<string, string>;
    Entrypoint?: string[];
    Cmd?: string[];
    HostConfig?: { Binds?: string[] };
}
interface Container extends ContainerInfo {
    spec: Spec;
    log: LogLine[];
}
type Call = Exclude<keyof Engine, "host" | "close">;

/**
 * A fake Docker engine: volumes are folders on this machine, and a container with the entrypoint `/bin/sh` really runs
 * its script in them. Any other container runs until it is stopped.
 */
export class MemoryEngine implements Engine {
    readonly host = "memory://engine";
    /** Every call that changes something, as `<call> <object>`. */
    readonly done: string[] = [];
    /** Names of all calls. */
    readonly asked: Call[] = [];
    version = "1.41";
    /** Ids of missing images; it has all others. */
    missingImages: string[] = [];
    /** Names of its networks. */
    networks = ["bridge"];
    private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "memory-engine-"));
    private readonly volumes = new Map<string, VolumeInfo>();
    private readonly containers = new Map<string, Container>();
    private readonly failures = new Map<Call, DockerError>();
    private count = 0;

    /** Deletes everything from this machine. */
    close(): void {
        fs.rmSync(this.root, { recursive: true, force: true });
    }

    /** Makes calls of a name fail from now on, as the engine would. */
    fail(call: Call, what: string, status?: number): void {
        this.failures.set(call, new DockerError(this.host, what, status));
    }

    /** Folder of a volume on this machine. */
    folderOf(volume: string): string {
        return path.join(this.root, volume);
    }

    /** Adds a container that somebody else created. Returns its id. */
    addContainer(name: string, spec: Spec, state: Partial<ContainerInfo["State"]> = {}, log: string[] = []): string {
        const id = `${(++this.count).toString(16).padStart(4, "0")}${"c".repeat(60)}`;
        const now = new Date().toISOString();
        const stopped = { Running: false, Restarting: false, Paused: false, ExitCode: 0, Error: "" };
        this.containers.set(id, {
            Id: id,
            Name: `/${name}`,
            Image: spec.Image ?? "runner:1",
            Created: now,
            State: { ...stopped, StartedAt: now, FinishedAt: now, Running: true, ...state },
            Config: { Image: spec.Image ?? "runner:1", Labels: spec.Labels ?? null },
            spec,
            log: log.map((text) => ({ time: now, text })),
        });
        return id;
    }

    /** Adds a volume that somebody else created. */
    addVolume(name: string, info: Partial<VolumeInfo> = {}): void {
        this.volumes.set(name, { Name: name, Driver: "local", Labels: null, Options: null, ...info });
        fs.mkdirSync(this.folderOf(name), { recursive: true });
    }

    /** Names of the existing containers; empty for those that were created without a name. */
    names(): string[] {
        return [...this.containers.values()].map(({ Name }) => Name.slice(1));
    }

    async apiVersion(): Promise<string> {
        this.check("apiVersion");
        return this.version;
    }

    async inspectContainer(name: string): Promise<ContainerInfo | undefined> {
        this.check("inspectContainer");
        const all = [...this.containers.values()];
        return structuredClone(
            all.find(({ Name }) => Name === `/${name}`) ?? all.find(({ Id }) => name !== "" && Id.startsWith(name)),
        );
    }

    async listContainers(labels: Record<string, string>): Promise<ContainerSummary[]> {
        this.check("listContainers");
        return [...this.containers.values()]
            .filter(({ Config }) => hasAll(Config.Labels, labels))
            .map(({ Id, Name, Image, State, Config }) => ({
                Id,
                Names: [Name],
                Image,
                State: State.Running ? "running" : "exited",
                Labels: Config.Labels ?? {},
            }));
    }

    async usersOfVolume(volume: string): Promise<string[]> {
        this.check("usersOfVolume");
        return [...this.containers.values()]
            .filter(({ spec }) => spec.HostConfig?.Binds?.some((bind) => bind.split(":")[0] === volume))
            .map(({ Name }) => Name.slice(1));
    }

    async createContainer(spec: Spec): Promise<string> {
        this.check("createContainer", spec.Labels?.["com.gitlab-fleet.role"] ?? "looking");
        if (this.missingImages.includes(spec.Image ?? "")) throw new DockerError(this.host, "no such image", 404);
        return this.addContainer("", spec, { Running: false });
    }

    async startContainer(id: string): Promise<void> {
        const container = this.must(id);
        this.check("startContainer", container.Name.slice(1));
        const { Entrypoint, Cmd } = container.spec;
        if (Entrypoint?.[0] !== "/bin/sh") {
            container.State.StartedAt = new Date().toISOString();
            container.State.Running = true;
            return;
        }
        const [script = "", name = "", folder = "", user = ""] = Cmd ?? [];
        // Only root may give a file to another user; the script's other steps work for everybody.
        const owner = process.getuid?.() === 0 || !/^[\d:]+$/.test(user) ? user : `${process.getuid!()}`;
        const args = [...Entrypoint.slice(1), script, name, this.pathIn(container, folder), owner];
        const { status, stderr } = spawnSync("/bin/sh", args, { encoding: "utf8" });
        container.State.ExitCode = status ?? 1;
        // A busy engine records a start long after it.
        container.State.StartedAt = new Date(Date.now() + 1000).toISOString();
        container.log.push(...stderr.split("\n").flatMap((text) => (text === "" ? [] : [{ time: "", text }])));
    }

    async restartContainer(id: string): Promise<void> {
        this.check("restartContainer", this.must(id).Name.slice(1));
        this.must(id).State.Running = true;
    }

    async waitContainer(id: string): Promise<number> {
        this.check("waitContainer");
        return this.must(id).State.ExitCode;
    }

    async stopContainer(id: string, grace: number): Promise<void> {
        this.check("stopContainer", `${this.must(id).Name.slice(1)} within ${grace} s`);
        this.must(id).State.Running = false;
    }

    async removeContainer(id: string): Promise<void> {
        this.check("removeContainer", this.must(id).Name.slice(1) || "made here");
        this.containers.delete(id);
    }

    async logsOf(id: string): Promise<LogLine[]> {
        this.check("logsOf");
        return this.must(id).log;
    }

    async putFiles(id: string, folder: string, files: readonly TarEntry[]): Promise<void> {
        this.check("putFiles");
        const into = this.pathIn(this.must(id), folder);
        for (const { name, content, mode } of files) {
            const file = path.join(into, name);
            fs.mkdirSync(name.endsWith("/") ? file : path.dirname(file), { recursive: true });
            if (!name.endsWith("/")) fs.writeFileSync(file, content, { mode });
        }
    }

    async getFiles(id: string, folder: string, only = "."): Promise<TarEntry[] | undefined> {
        this.check("getFiles");
        const from = this.pathIn(this.must(id), folder);
        if (!fs.existsSync(path.join(from, only))) return undefined;
        return fs
            .readdirSync(from, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && (only === "." || entry.name === only))
            .map((entry) => {
                const file = path.join(entry.parentPath, entry.name);
                const { mode } = fs.statSync(file);
                return { name: path.relative(from, file), content: fs.readFileSync(file), mode: mode & 0o7777 };
            });
    }

    async isEmptyFolder(id: string, folder: string): Promise<boolean> {
        this.check("isEmptyFolder");
        return fs.readdirSync(this.pathIn(this.must(id), folder)).length === 0;
    }

    async inspectVolume(name: string): Promise<VolumeInfo | undefined> {
        this.check("inspectVolume");
        return this.volumes.get(name);
    }

    async createVolume({
        Name,
        Labels,
        Driver = "local",
        DriverOpts = {},
    }: Parameters<Engine["createVolume"]>[0]): Promise<void> {
        this.check("createVolume", Name);
        if (!this.volumes.has(Name)) this.addVolume(Name, { Labels, Driver, Options: DriverOpts });
    }

    async hasImage(id: string): Promise<boolean> {
        this.check("hasImage");
        return !this.missingImages.includes(id);
    }

    async hasNetwork(name: string): Promise<boolean> {
        this.check("hasNetwork");
        return this.networks.includes(name);
    }

    async listVolumes(labels: Record<string, string>): Promise<VolumeInfo[]> {
        this.check("listVolumes");
        return [...this.volumes.values()].filter(({ Labels }) => hasAll(Labels, labels));
    }

    async removeVolume(name: string): Promise<boolean> {
        if ((await this.usersOfVolume(name)).length > 0) return false;
        this.check("removeVolume", name);
        this.volumes.delete(name);
        fs.rmSync(this.folderOf(name), { recursive: true, force: true });
        return true;
    }

    /** Records a call, and throws if calls of its name fail. `of` is what it changes. */
    private check(call: Call, of?: string): void {
        this.asked.push(call);
        const failure = this.failures.get(call);
        if (failure !== undefined) throw failure;
        if (of !== undefined) this.done.push(`${call} ${of}`.trim());
    }

    private must(id: string): Container {
        const found = this.containers.get(id);
        if (found === undefined) throw new DockerError(this.host, `no such container ${id}`, 404);
        return found;
    }

    /** Path on this machine of a path in a container. */
    private pathIn({ spec }: Container, folder: string): string {
        const bind = spec.HostConfig?.Binds?.find((each) => each.split(":")[1] === folder);
        if (bind === undefined) return path.join(this.root, "nowhere");
        const volume = bind.split(":")[0]!;
        // Naming a volume in a container creates it.
        if (!this.volumes.has(volume)) this.addVolume(volume);
        return this.folderOf(volume);
    }
}

function hasAll(labels: Record<string, string> | null, wanted: Record<string, string>): boolean {
    return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}
