import { MINUTE } from "../clock";
import { Collection } from "./collection";
import type { Job, JobArtifactsSpec, JobCacheSpec, JobImage, JobStatus, JobVariable, Project } from "./entities";
import { canTake } from "./matching";
import type { Store } from "./store";
import { jobToken } from "./token-text";
import { Waiters } from "./waiters";

/** A job to put into the queue, as a pipeline would. */
export interface NewJob {
    /** Id or full path. */
    project: number | string;
    /** @default job */
    name?: string;
    /** @default test */
    stage?: string;
    /** One line or several. */
    script: string | string[];
    afterScript?: string[];
    /** Tags that a runner must have. @default none */
    tags?: string[];
    /** Branch or tag. @default - the project's default branch */
    ref?: string;
    /** Whether `ref` is a tag. */
    tag?: boolean;
    /** @default - whether the project protects `ref` */
    protected?: boolean;
    /** Username of who triggered it. @default - the first administrator */
    user?: string;
    image?: string | JobImage;
    services?: (string | JobImage)[];
    /**
     * Added to the predefined ones. `GIT_STRATEGY` is `none` unless given, because by default the sandbox serves no
     * repositories.
     */
    variables?: Record<string, string> | JobVariable[];
    artifacts?: JobArtifactsSpec;
    cache?: JobCacheSpec[];
    /** Ids of jobs whose artifacts are passed on. */
    dependencies?: number[];
    allowFailure?: boolean;
    /** Seconds. @default - the project's */
    timeout?: number;
    pipelineId?: number;
    /** Commit. @default - generated */
    sha?: string;
}

const ENDED: readonly JobStatus[] = ["success", "failed", "canceled", "skipped"];

/** Whether a job has ended for good. */
export function isEnded(job: Pick<Job, "status">): boolean {
    return ENDED.includes(job.status);
}

/** The jobs, with the pipeline logic of GitLab. */
export class Jobs extends Collection<Job, "status" | "runner" | "project" | "token"> {
    private readonly waiters = new Waiters();
    private readonly watched = new Map<number, number>();

    constructor(private readonly db: Store) {
        super({
            status: (job) => job.status,
            runner: (job) => job.runnerId ?? undefined,
            project: (job) => job.projectId,
            token: (job) => job.token,
        });
        // The store is not part of the collection: dumps and printed rows must not include it.
        Object.defineProperty(this, "db", { enumerable: false });
    }

    /** Queues a pending job and wakes the runners that could take it. */
    enqueue(wanted: NewJob): Job {
        const { db } = this;
        const project = this.projectOf(wanted.project);
        const user = this.userOf(wanted.user);
        const now = db.now();
        const { ref = project.defaultBranch, tag = false, name = "job", stage = "test" } = wanted;
        const { afterScript = [], services = [], tags = [], cache = [], dependencies = [] } = wanted;
        const { artifacts = null, timeout = null, allowFailure = false } = wanted;
        const job = this.insert({
            ...{ ref, tag, name, stage, afterScript, tags, cache, dependencies, artifacts, timeout, allowFailure },
            pipelineId: wanted.pipelineId ?? this.size + 1,
            projectId: project.id,
            userId: user.id,
            protected: wanted.protected ?? project.protectedRefs.includes(ref),
            sha: wanted.sha ?? db.random.hex(20),
            status: "pending",
            token: jobToken(db.random),
            script: [wanted.script].flat(),
            image: wanted.image === undefined ? null : toImage(wanted.image),
            services: services.map(toImage),
            variables: toVariables(wanted.variables),
            runnerId: null,
            managerId: null,
            cancelsGracefully: false,
            failureReason: null,
            exitCode: null,
            createdAt: now,
            queuedAt: now,
            startedAt: null,
            finishedAt: null,
            updatedAt: now,
        });
        return this.wake(job);
    }

    /** Queues a job that waited to be started manually. */
    play(id: number, userId: number): Job {
        const now = this.db.now();
        return this.wake(this.update(id, { status: "pending", userId, queuedAt: now, updatedAt: now }));
    }

    /** Ends a job; whatever waits for it continues. */
    finish(id: number, status: "success" | "failed" | "canceled", changes: Partial<Job> = {}): Job {
        const now = this.db.now();
        const job = this.update(id, { status, finishedAt: now, updatedAt: now, ...changes });
        this.waiters.wake(id);
        return job;
    }

    /** Cancels: at once while pending, through `canceling` if the runner can end gracefully. */
    cancel(id: number, force = false): Job {
        const job = this.must(id);
        if (job.status === "running" && job.cancelsGracefully && !force)
            return this.update(id, { status: "canceling" });
        return isEnded(job) ? job : this.finish(id, "canceled");
    }

    /** Resolves with the job once it has ended, or with its state after `ms`. */
    async ended(id: number, ms: number): Promise<Job> {
        const job = this.must(id);
        if (isEnded(job)) return job;
        await this.waiters.wait(id, ms);
        return this.get(id) ?? job;
    }

    /** Notes that somebody reads a job's log: for a while, its runner is asked to report more often. */
    watch(id: number): void {
        this.watched.set(id, this.db.now());
    }

    isWatched(id: number): boolean {
        const at = this.watched.get(id);
        return at !== undefined && this.db.now() - at < MINUTE;
    }

    override clear(): void {
        super.clear();
        this.watched.clear();
    }

    private wake(job: Job): Job {
        const { db } = this;
        for (const id of db.queue.known()) {
            const runner = db.runners.get(id);
            if (runner && canTake(db, runner, job)) db.queue.tick(id);
        }
        return job;
    }

    private projectOf(id: number | string): Project {
        const { projects } = this.db;
        const project = typeof id === "number" ? projects.get(id) : projects.first("path", id.toLowerCase());
        if (!project) throw new Error(`Job: there is no project ${JSON.stringify(id)}.`);
        return project;
    }

    private userOf(username: string | undefined) {
        const { users } = this.db;
        const user =
            username === undefined
                ? (users.all().find((one) => one.admin) ?? users.all()[0])
                : users.first("username", username.toLowerCase());
        if (!user) throw new Error(`Job: there is no user ${JSON.stringify(username)}.`);
        return user;
    }
}

function toImage(image: string | JobImage): JobImage {
    return typeof image === "string" ? { name: image } : image;
}

function toVariables(given: NewJob["variables"]): JobVariable[] {
    const list = Array.isArray(given) ? given : Object.entries(given ?? {}).map(([key, value]) => ({ key, value }));
    return list.some(({ key }) => key === "GIT_STRATEGY") ? list : [...list, { key: "GIT_STRATEGY", value: "none" }];
}
