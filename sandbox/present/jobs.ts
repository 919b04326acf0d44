import type { Call } from "../http/api";
import type { Job } from "../store/entities";
import { presentUserBasic, projectUrl, time } from "./common";
import { presentProjectIdentity } from "./projects";
import { presentManager, presentRunner } from "./runners";

/** GitLab: entity `JobBasicWithProject`. */
export function presentRunnerJob(call: Call, job: Job): Record<string, unknown> {
    const { db } = call;
    return {
        ...presentJobBasic(call, job),
        project: presentProjectIdentity(db, db.projects.must(job.projectId)),
    };
}

/** GitLab: entity `JobBasic`. */
export function presentJobBasic(call: Call, job: Job): Record<string, unknown> {
    const { db } = call;
    const project = db.projects.must(job.projectId);
    const user = db.users.get(job.userId);
    const url = projectUrl(db, project);
    const end = job.finishedAt ?? db.now();
    return {
        id: job.id,
        status: job.status,
        stage: job.stage,
        name: job.name,
        ref: job.ref,
        tag: job.tag,
        coverage: null,
        allow_failure: job.allowFailure,
        created_at: time(job.createdAt),
        started_at: time(job.startedAt),
        finished_at: time(job.finishedAt),
        erased_at: null,
        duration: job.startedAt === null ? null : (end - job.startedAt) / 1000,
        queued_duration: job.queuedAt === null ? null : ((job.startedAt ?? db.now()) - job.queuedAt) / 1000,
        ...(job.failureReason ? { failure_reason: job.failureReason } : {}),
        user: user ? presentUserBasic(db, user) : null,
        commit: {
            id: job.sha,
            short_id: job.sha.slice(0, 8),
            title: "Sandbox commit",
            message: "Sandbox commit",
            parent_ids: [],
            author_name: user?.name ?? "Nobody",
            author_email: user?.email ?? "nobody@example.org",
            authored_date: time(job.createdAt),
            committer_name: user?.name ?? "Nobody",
            committer_email: user?.email ?? "nobody@example.org",
            committed_date: time(job.createdAt),
            trailers: {},
            extended_trailers: {},
            created_at: time(job.createdAt),
            web_url: `${url}/-/commit/${job.sha}`,
        },
        pipeline: {
            id: job.pipelineId,
            iid: job.pipelineId,
            project_id: job.projectId,
            sha: job.sha,
            ref: job.ref,
            status: job.status,
            source: "push",
            created_at: time(job.createdAt),
            updated_at: time(job.updatedAt),
            web_url: `${url}/-/pipelines/${job.pipelineId}`,
        },
        web_url: `${url}/-/jobs/${job.id}`,
        project: { ci_job_token_scope_enabled: project.outboundJobTokenScopeEnabled },
    };
}

/** GitLab: entity `Job`. */
export function presentJob(call: Call, job: Job): Record<string, unknown> {
    const { db } = call;
    const runner = job.runnerId === null ? undefined : db.runners.get(job.runnerId);
    const manager = job.managerId === null ? undefined : db.managers.get(job.managerId);
    const file = db.artifacts.get(job.id);
    return {
        ...presentJobBasic(call, job),
        tag_list: job.tags,
        ...(file ? { artifacts_file: { filename: file.filename, size: file.content.length } } : {}),
        artifacts: file
            ? [{ file_type: "archive", size: file.content.length, filename: file.filename, file_format: "zip" }]
            : [],
        runner: runner ? presentRunner(call, runner) : null,
        runner_manager: manager ? presentManager(db, manager) : null,
        artifacts_expire_at: null,
        archived: false,
    };
}
