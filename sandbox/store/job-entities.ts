/** Row types of jobs. */

export type JobStatus =
    | "created"
    | "pending"
    | "running"
    | "canceling"
    | "success"
    | "failed"
    | "canceled"
    | "skipped"
    | "manual";

/** A variable of a job as runners receive it. */
export interface JobVariable {
    key: string;
    value: string;
    public?: boolean;
    masked?: boolean;
    file?: boolean;
    raw?: boolean;
}

/** An image or a service of a job. */
export interface JobImage {
    name: string;
    alias?: string;
    entrypoint?: string[];
    command?: string[];
    pullPolicy?: string[];
}

/** Which files a job keeps. */
export interface JobArtifactsSpec {
    name?: string;
    paths: string[];
    untracked?: boolean;
    exclude?: string[];
    when?: "on_success" | "on_failure" | "always";
    expireIn?: string;
    /** Paths by type: `terraform`, `codequality`. */
    reports?: Record<string, string[]>;
}

/** Which files jobs share through the runner's cache. */
export interface JobCacheSpec {
    key: string;
    paths: string[];
    policy?: "pull" | "push" | "pull-push";
}

export interface Job {
    id: number;
    pipelineId: number;
    projectId: number;
    userId: number;
    name: string;
    stage: string;
    ref: string;
    /** Whether `ref` is a tag. */
    tag: boolean;
    protected: boolean;
    sha: string;
    tags: string[];
    status: JobStatus;
    /** The job token. Valid while the job runs. */
    token: string;
    script: string[];
    afterScript: string[];
    image: JobImage | null;
    services: JobImage[];
    variables: JobVariable[];
    artifacts: JobArtifactsSpec | null;
    cache: JobCacheSpec[];
    /** Jobs whose artifacts are passed on. */
    dependencies: number[];
    allowFailure: boolean;
    /** Seconds that the job may run; null: the project's limit. */
    timeout: number | null;
    runnerId: number | null;
    managerId: number | null;
    /** Whether its runner can end gracefully: then cancelling goes through `canceling`. */
    cancelsGracefully: boolean;
    failureReason: string | null;
    exitCode: number | null;
    createdAt: number;
    queuedAt: number | null;
    startedAt: number | null;
    finishedAt: number | null;
    /** When the runner last wrote or reported. */
    updatedAt: number;
}
