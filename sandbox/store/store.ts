import type { Clock } from "../clock";
import { Collection, type CollectionDump } from "./collection";
import type {
    AccessToken,
    AuthLogEntry,
    GitLabRelease,
    GitLabVersion,
    Group,
    GroupLink,
    Issue,
    Member,
    MergeRequest,
    Note,
    Project,
    ProjectLink,
    ProjectShare,
    Redirect,
    RepositoryFile,
    Runner,
    RunnerManager,
    RunnerProject,
    Settings,
    User,
} from "./entities";
import { Jobs } from "./jobs";
import { Queue } from "./queue";
import { Random } from "./random";
import { defaultSettings } from "./settings";

export interface StoreOptions {
    clock: Clock;
    release: GitLabRelease;
    randomSeed: number;
}

/** Everything the sandbox remembers. Rows in, rows out; JSON is the presenters' task. */
export class Store {
    readonly clock: Clock;
    readonly release: GitLabRelease;
    /** Its major version. */
    readonly version: GitLabVersion;
    readonly random: Random;
    settings: Settings = defaultSettings();
    readonly queue: Queue;

    readonly users = new Collection<User, "username">({ username: (u) => u.username.toLowerCase() });
    readonly tokens = new Collection<AccessToken, "text" | "user">({ text: (t) => t.text, user: (t) => t.userId });
    readonly groups = new Collection<Group, "path" | "parent" | "registration">({
        path: (g) => g.fullPath.toLowerCase(),
        parent: (g) => g.parentId ?? "root",
        registration: (g) => g.runnersToken,
    });
    readonly projects = new Collection<Project, "path" | "group" | "registration">({
        path: (p) => p.fullPath.toLowerCase(),
        group: (p) => p.groupId ?? undefined,
        registration: (p) => p.runnersToken,
    });
    readonly members = new Collection<Member, "user" | "source" | "pair">({
        user: (m) => m.userId,
        source: (m) => `${m.sourceType}:${m.sourceId}`,
        pair: (m) => `${m.userId}:${m.sourceType}:${m.sourceId}`,
    });
    readonly projectShares = new Collection<ProjectShare, "project" | "group">({
        project: (s) => s.projectId,
        group: (s) => s.groupId,
    });
    readonly redirects = new Collection<Redirect, "path">({ path: (r) => r.oldPath.toLowerCase() });
    readonly runners = new Collection<Runner, "token" | "type" | "group">({
        token: (r) => r.token,
        type: (r) => r.runnerType,
        group: (r) => r.groupId ?? undefined,
    });
    readonly runnerProjects = new Collection<RunnerProject, "runner" | "project" | "pair">({
        runner: (l) => l.runnerId,
        project: (l) => l.projectId,
        pair: (l) => `${l.runnerId}:${l.projectId}`,
    });
    readonly managers = new Collection<RunnerManager, "runner" | "pair">({
        runner: (m) => m.runnerId,
        pair: (m) => `${m.runnerId}:${m.systemId}`,
    });
    readonly projectLinks = new Collection<ProjectLink, "source" | "target" | "pair">({
        source: (l) => `${l.direction}:${l.sourceId}`,
        target: (l) => l.targetId,
        pair: (l) => `${l.direction}:${l.sourceId}:${l.targetId}`,
    });
    readonly groupLinks = new Collection<GroupLink, "source" | "target" | "pair">({
        source: (l) => l.sourceId,
        target: (l) => l.targetId,
        pair: (l) => `${l.sourceId}:${l.targetId}`,
    });
    readonly authLog = new Collection<AuthLogEntry, "accessed" | "origin" | "pair">({
        accessed: (e) => e.accessedProjectId,
        origin: (e) => e.originProjectId,
        pair: (e) => `${e.accessedProjectId}:${e.originProjectId}`,
    });
    readonly files = new Collection<RepositoryFile, "project" | "file">({
        project: (f) => f.projectId,
        file: (f) => `${f.projectId}:${f.ref}:${f.path}`,
    });
    readonly mergeRequests = new Collection<MergeRequest, "project">({ project: (m) => m.projectId });
    readonly notes = new Collection<Note, "mergeRequest">({ mergeRequest: (n) => n.mergeRequestId });
    readonly issues = new Collection<Issue, "project">({ project: (i) => i.projectId });
    readonly jobs: Jobs;
    /** Job logs by job id. */
    readonly traces = new Map<number, Buffer>();
    /** Uploaded artifact archives by job id. */
    readonly artifacts = new Map<number, { filename: string; content: Buffer }>();
    /** Uploaded reports, as the runner packs them, by `<job id>:<type>`. Not part of a snapshot. */
    readonly reports = new Map<string, Buffer>();

    constructor(options: StoreOptions) {
        this.clock = options.clock;
        this.release = options.release;
        this.version = options.release === "18.0" ? 18 : options.release;
        this.random = new Random(options.randomSeed);
        this.queue = new Queue(this.random);
        this.jobs = new Jobs(this);
    }

    now(): number {
        return this.clock.now();
    }

    /** A group and its ancestors, nearest first. */
    lineage(groupId: number | null): Group[] {
        const line: Group[] = [];
        for (let id = groupId; id !== null; ) {
            const group = this.groups.must(id);
            line.push(group);
            id = group.parentId;
        }
        return line;
    }

    /** A group and everything below it, the group first. */
    subtree(groupId: number): Group[] {
        const found = [this.groups.must(groupId)];
        for (let at = 0; at < found.length; at++) found.push(...this.groups.find("parent", found[at]!.id));
        return found;
    }

    /** Everything as plain data that survives JSON, for `restore`. */
    snapshot(): Snapshot {
        return {
            randomState: this.random.state,
            settings: structuredClone(this.settings),
            collections: Object.fromEntries(this.collections().map(([name, rows]) => [name, rows.dump()])),
            traces: [...this.traces].map(([id, text]) => [id, text.toString("base64")]),
            artifacts: [...this.artifacts].map(([id, a]) => [id, a.filename, a.content.toString("base64")]),
        };
    }

    /** Restores a `snapshot`. */
    restore(snapshot: Snapshot): void {
        this.random.state = snapshot.randomState;
        this.settings = structuredClone(snapshot.settings);
        for (const [name, rows] of this.collections()) {
            const dump = snapshot.collections[name];
            if (dump) rows.load(dump);
            else rows.clear();
        }
        this.traces.clear();
        for (const [id, text] of snapshot.traces) this.traces.set(id, Buffer.from(text, "base64"));
        this.artifacts.clear();
        for (const [id, filename, text] of snapshot.artifacts) {
            this.artifacts.set(id, { filename, content: Buffer.from(text, "base64") });
        }
        this.queue.reset();
    }

    private collections(): [string, Collection<{ id: number }, string>][] {
        return Object.entries(this).filter(([, value]) => value instanceof Collection);
    }
}

/** A store as plain data. */
export interface Snapshot {
    randomState: number;
    settings: Settings;
    collections: Record<string, CollectionDump<{ id: number }>>;
    traces: [number, string][];
    artifacts: [number, string, string][];
}
