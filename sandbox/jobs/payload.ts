import { projectUrl } from "../present/common";
import { registryPrefix } from "../present/projects";
import type { Job, JobImage, JobVariable, Project, Runner } from "../store/entities";
import type { Store } from "../store/store";
import { timeoutOf } from "./stuck";

/** Reasons that a runner may give for a failed job. */
const FAILURE_REASONS = [
    "unknown_failure",
    "script_failure",
    "api_failure",
    "stuck_or_timeout_failure",
    "runner_system_failure",
    "missing_dependency_failure",
    "runner_unsupported",
    "stale_schedule",
    "job_execution_timeout",
    "archived_failure",
    "unmet_prerequisites",
    "scheduler_failure",
    "data_integrity_failure",
    "forward_deployment_failure",
    "image_pull_failure",
    "configuration_error",
    "runner_interrupted",
    "job_router_failure",
];
const INSTANCE_UUID = "00000000-0000-4000-8000-000000000001";

/** The body of a 201 to a runner: everything it needs to run a job. The runner checks the types strictly. */
export function jobPayload(db: Store, job: Job, runner: Runner): Record<string, unknown> {
    const project = db.projects.must(job.projectId);
    const timeout = timeoutOf(db, job, runner);
    return {
        id: job.id,
        token: job.token,
        allow_git_fetch: true,
        job_info: jobInfo(db, job, project, runner),
        git_info: gitInfo(db, job, project),
        runner_info: {
            timeout,
            runner_session_url: null,
            ...(db.version === 19 ? { uuid: runnerUuid(runner) } : {}),
        },
        variables: variables(db, job, project, runner),
        steps: steps(job, timeout),
        hooks: [],
        image: job.image === null ? null : image(job.image),
        services: job.services.map((one) => ({
            ...image(one),
            alias: one.alias ?? null,
            command: one.command ?? null,
            variables: [],
        })),
        artifacts: artifacts(job),
        cache: job.cache.map((one) => ({
            key: one.key,
            untracked: false,
            unprotect: false,
            paths: one.paths,
            policy: one.policy ?? "pull-push",
            when: "on_success",
            fallback_keys: [],
        })),
        credentials:
            db.settings.registryHost === ""
                ? []
                : [
                      {
                          type: "registry",
                          url: db.settings.registryHost,
                          username: "gitlab-ci-token",
                          password: job.token,
                      },
                  ],
        dependencies: dependencies(db, job),
        features: { trace_sections: true, token_mask_prefixes: [], failure_reasons: FAILURE_REASONS },
    };
}

function jobInfo(db: Store, job: Job, project: Project, runner: Runner): Record<string, unknown> {
    const lineage = db.lineage(project.groupId);
    const shared = db.jobs
        .find("project", project.id)
        .filter((one) => one.status === "running" && one.id !== job.id && isShared(db, one.runnerId)).length;
    const pending = db.jobs.count("status", "pending");
    return {
        id: job.id,
        name: job.name,
        stage: job.stage,
        project_id: project.id,
        project_name: project.name,
        project_full_path: project.fullPath,
        namespace_id: project.groupId ?? project.ownerId,
        root_namespace_id: lineage.at(-1)?.id ?? project.ownerId,
        organization_id: 1,
        instance_id: INSTANCE_UUID,
        instance_uuid: INSTANCE_UUID,
        user_id: job.userId,
        scoped_user_id: null,
        time_in_queue_seconds: Math.max(0, (db.now() - (job.queuedAt ?? db.now())) / 1000),
        project_jobs_running_on_instance_runners_count: runner.runnerType === "instance_type" ? String(shared) : "+Inf",
        queue_size: pending,
        queue_depth: 1,
        pipeline_id: job.pipelineId,
    };
}

function isShared(db: Store, runnerId: number | null): boolean {
    return runnerId !== null && db.runners.get(runnerId)?.runnerType === "instance_type";
}

function gitInfo(db: Store, job: Job, project: Project): Record<string, unknown> {
    const url = new URL(`${projectUrl(db, project)}.git`);
    url.username = "gitlab-ci-token";
    url.password = job.token;
    const ref = job.tag
        ? `+refs/tags/${job.ref}:refs/tags/${job.ref}`
        : `+refs/heads/${job.ref}:refs/remotes/origin/${job.ref}`;
    return {
        repo_url: url.href,
        ref: job.ref,
        sha: job.sha,
        before_sha: "0".repeat(40),
        ref_type: job.tag ? "tag" : "branch",
        refspecs: [`+${job.sha}:refs/pipelines/${job.pipelineId}`, ref],
        depth: 20,
        repo_object_format: "sha1",
        protected: job.protected,
    };
}

function steps(job: Job, timeout: number): Record<string, unknown>[] {
    const script = { name: "script", script: job.script, timeout, when: "on_success", allow_failure: false };
    if (job.afterScript.length === 0) return [script];
    return [script, { name: "after_script", script: job.afterScript, timeout, when: "always", allow_failure: true }];
}

function image(one: JobImage): Record<string, unknown> {
    return {
        name: one.name,
        entrypoint: one.entrypoint ?? null,
        executor_opts: {},
        ports: [],
        pull_policy: one.pullPolicy ?? [],
    };
}

function artifacts(job: Job): Record<string, unknown>[] | null {
    const spec = job.artifacts;
    if (spec === null) return null;
    return [
        {
            name: spec.name ?? null,
            untracked: spec.untracked ?? false,
            paths: spec.paths,
            exclude: spec.exclude ?? [],
            when: spec.when ?? "on_success",
            expire_in: spec.expireIn ?? null,
            artifact_type: "archive",
            artifact_format: "zip",
        },
        ...Object.entries(spec.reports ?? {}).map(([type, paths]) => ({
            name: `${type}.json`,
            untracked: false,
            paths,
            exclude: [],
            when: "always",
            expire_in: spec.expireIn ?? null,
            artifact_type: type,
            artifact_format: "gzip",
        })),
    ];
}

/** The token is the running job's own: it opens the archives of earlier jobs. */
function dependencies(db: Store, job: Job): Record<string, unknown>[] {
    return job.dependencies.map((id) => {
        const file = db.artifacts.get(id);
        const name = db.jobs.get(id)?.name ?? "";
        const artifacts_file = file ? { filename: file.filename, size: file.content.length } : undefined;
        return { id, name, token: job.token, ...(artifacts_file ? { artifacts_file } : {}) };
    });
}

/** The predefined variables that scripts read, and the job's own, which win. */
function variables(db: Store, job: Job, project: Project, runner: Runner): JobVariable[] {
    const { externalUrl, registryHost } = db.settings;
    const server = new URL(externalUrl);
    const user = db.users.get(job.userId);
    const open: Record<string, string> = {
        CI: "true",
        GITLAB_CI: "true",
        CI_API_V4_URL: `${externalUrl}/api/v4`,
        CI_API_GRAPHQL_URL: `${externalUrl}/api/graphql`,
        CI_COMMIT_REF_NAME: job.ref,
        CI_COMMIT_REF_PROTECTED: String(job.protected),
        CI_COMMIT_REF_SLUG: job.ref.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
        CI_COMMIT_SHA: job.sha,
        CI_COMMIT_SHORT_SHA: job.sha.slice(0, 8),
        [job.tag ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH"]: job.ref,
        CI_DEFAULT_BRANCH: project.defaultBranch,
        CI_JOB_ID: String(job.id),
        CI_JOB_NAME: job.name,
        CI_JOB_STAGE: job.stage,
        CI_JOB_URL: `${projectUrl(db, project)}/-/jobs/${job.id}`,
        CI_PIPELINE_ID: String(job.pipelineId),
        CI_PIPELINE_SOURCE: "push",
        CI_PROJECT_ID: String(project.id),
        CI_PROJECT_NAME: project.path,
        CI_PROJECT_NAMESPACE: project.fullPath.slice(0, project.fullPath.lastIndexOf("/")),
        CI_PROJECT_PATH: project.fullPath,
        CI_PROJECT_URL: projectUrl(db, project),
        CI_PROJECT_VISIBILITY: project.visibility,
        CI_RUNNER_ID: String(runner.id),
        CI_RUNNER_DESCRIPTION: runner.description ?? "",
        CI_RUNNER_TAGS: JSON.stringify(runner.tagList),
        CI_SERVER: "yes",
        CI_SERVER_HOST: server.hostname,
        CI_SERVER_NAME: "GitLab",
        CI_SERVER_PORT: server.port || (server.protocol === "https:" ? "443" : "80"),
        CI_SERVER_PROTOCOL: server.protocol.slice(0, -1),
        CI_SERVER_URL: externalUrl,
        GITLAB_USER_ID: String(job.userId),
        GITLAB_USER_LOGIN: user?.username ?? "",
        ...(registryHost === ""
            ? {}
            : {
                  CI_REGISTRY: registryHost,
                  CI_REGISTRY_IMAGE: registryPrefix(db, project)!,
                  CI_REGISTRY_USER: "gitlab-ci-token",
              }),
    };
    const secret: Record<string, string> = {
        CI_JOB_TOKEN: job.token,
        ...(registryHost === "" ? {} : { CI_REGISTRY_PASSWORD: job.token }),
    };
    return [
        ...Object.entries(open).map(([key, value]) => ({ key, value, public: true, masked: false })),
        ...Object.entries(secret).map(([key, value]) => ({ key, value, public: false, masked: true })),
        ...job.variables.map((one) => ({ public: true, masked: false, ...one })),
    ];
}

/** A made-up but stable UUID of a runner. */
function runnerUuid(runner: Runner): string {
    return `00000000-0000-4000-9000-${runner.id.toString(16).padStart(12, "0")}`;
}
