import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Job, JobArtifactsSpec, MergeRequest, Project } from "../store/entities";
import type { JobVariable } from "../store/job-entities";
import type { Store } from "../store/store";
import { expandExtends } from "./extends";
import { fillInputs } from "./inputs";
import { holds, type Variables } from "./rules";
import { type Config, ConfigProblem, deepMerge, isConfig, parseConfig, resolveReferences } from "./yaml";

/** A variable of a project's CI/CD settings. */
export interface ProjectVariable {
    key: string;
    value: string;
    /** Only for pipelines of protected branches. */
    protected?: boolean;
    masked?: boolean;
}

/** What starts a pipeline. */
export interface NewPipeline {
    project: string;
    branch: string;
    source: "push" | "merge_request_event" | "schedule" | "web";
    mergeRequest?: MergeRequest;
    variables?: ProjectVariable[];
    /** Who started it. @default - the first administrator */
    user?: string;
}

/** A pipeline, and where its jobs deploy. */
export interface Pipeline {
    id: number;
    jobs: Job[];
    environments: { name: string; url: string; job: number }[];
}

const GLOBAL = new Set(["default", "include", "stages", "variables", "workflow", "spec"]);
let pipelines = 1000;

/**
 * Creates a pipeline from a branch's `.gitlab-ci.yml`, and queues its jobs for runners.
 * Differs from GitLab: local includes only, `rules` with `if` and `when`, no `needs`. Jobs of a later stage, and jobs
 * of the same resource group, wait until the earlier ones have ended, whatever the result. Manual jobs are not started.
 */
export async function runPipeline(db: Store, repositories: string, wanted: NewPipeline): Promise<Pipeline> {
    const project = db.projects.first("path", wanted.project.toLowerCase());
    if (project === undefined) throw new Error(`Pipeline: there is no project ${wanted.project}.`);
    const repository = join(repositories, `${project.fullPath}.git`);
    const git = (...args: string[]) =>
        execFileSync("git", ["-C", repository, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const sha = git("rev-parse", `refs/heads/${wanted.branch}`).trim();
    const config = readConfig((path) => git("show", `${sha}:${path}`));
    const pipeline: Pipeline = { id: ++pipelines, jobs: [], environments: [] };
    const isProtected = project.protectedRefs.includes(wanted.branch);
    const predefined = predefinedOf(project, wanted, isProtected);
    const shared = { ...predefined, ...textsOf(config.variables) };
    const stages = Array.isArray(config.stages) ? config.stages.map(String) : ["build", "test", "deploy"];
    const planned = Object.entries(config)
        .filter(([name, job]) => isConfig(job) && !name.startsWith(".") && !GLOBAL.has(name))
        .flatMap(([name, job]) => plan(name, job as Config, shared));
    for (const stage of stages) {
        const running = new Map<string, Promise<unknown>>();
        const ended = planned
            .filter((job) => job.stage === stage)
            .map(async (job, at) => {
                const group = job.resourceGroup ?? `job ${at}`;
                const before = running.get(group) ?? Promise.resolve();
                const mine = before.then(async () => {
                    const queued = enqueue(db, project, sha, wanted, pipeline, job, {
                        predefined,
                        isProtected,
                    });
                    if (job.environment !== undefined)
                        pipeline.environments.push({ ...job.environment, job: queued.id });
                    return db.jobs.ended(queued.id, 600_000);
                });
                running.set(group, mine);
                return mine;
            });
        pipeline.jobs.push(...(await Promise.all(ended)));
    }
    return pipeline;
}

/** A job from the configuration. */
interface Planned {
    name: string;
    stage: string;
    config: Config;
    variables: Record<string, string>;
    resourceGroup: string | undefined;
    environment: { name: string; url: string } | undefined;
}

function plan(name: string, config: Config, shared: Variables): Planned[] {
    const rule = (Array.isArray(config.rules) ? (config.rules as Config[]) : undefined)?.find(
        (one) => one.if === undefined || holds(String(one.if), { ...shared, ...textsOf(config.variables) }),
    );
    if (config.rules !== undefined && rule === undefined) return [];
    const when = rule?.when ?? config.when;
    if (when === "never" || when === "manual") return [];
    return matrixOf(config).map((own) => {
        const values = Object.values(own);
        const variables = { ...textsOf(config.variables), ...textsOf(rule?.variables), ...own };
        const fill = (text: unknown) => expand(String(text), { ...shared, ...variables });
        const { environment } = config;
        return {
            name: values.length > 0 ? `${name}: [${values.join(", ")}]` : name,
            stage: String(config.stage ?? "test"),
            config,
            variables,
            resourceGroup: config.resource_group === undefined ? undefined : fill(config.resource_group),
            environment: isConfig(environment)
                ? { name: fill(environment.name), url: fill(environment.url ?? "") }
                : undefined,
        };
    });
}

/** https://docs.gitlab.com/ci/yaml/#parallelmatrix */
function matrixOf({ parallel }: Config): Record<string, string>[] {
    if (!isConfig(parallel) || !Array.isArray(parallel.matrix)) return [{}];
    return (parallel.matrix as Config[]).flatMap((entry) =>
        Object.entries(entry).reduce<Record<string, string>[]>(
            (all, [key, values]) =>
                all.flatMap((one) => [values].flat().map((value) => ({ ...one, [key]: String(value) }))),
            [{}],
        ),
    );
}

function enqueue(
    db: Store,
    project: Project,
    sha: string,
    wanted: NewPipeline,
    pipeline: Pipeline,
    job: Planned,
    { predefined, isProtected }: { predefined: Variables; isProtected: boolean },
): Job {
    const open = (values: Variables): JobVariable[] =>
        Object.entries(values).map(([key, value]) => ({ key, value, public: true }));
    const settings = (wanted.variables ?? [])
        .filter((one) => one.protected !== true || isProtected)
        .map(({ key, value, masked = false }): JobVariable => ({ key, value, public: false, masked }));
    // GitLab's order: the project's variables override the configuration's.
    const variables = [...open(predefined), ...open(job.variables), ...settings, ...open({ GIT_STRATEGY: "clone" })];
    const { before_script: before = [], script = [], after_script: after = [], tags = [] } = job.config;
    return db.jobs.enqueue({
        project: project.id,
        name: job.name,
        stage: job.stage,
        script: [before, script].flat(3).map(String),
        afterScript: [after].flat(3).map(String),
        tags: [tags].flat().map(String),
        ref: wanted.branch,
        protected: isProtected,
        user: wanted.user,
        variables,
        sha,
        artifacts: artifactsOf(job.config),
        pipelineId: pipeline.id,
    });
}

function artifactsOf({ artifacts }: Config): JobArtifactsSpec | undefined {
    if (!isConfig(artifacts)) return undefined;
    return {
        paths: [artifacts.paths ?? []].flat().map(String),
        when: (artifacts.when as JobArtifactsSpec["when"]) ?? "on_success",
        reports: isConfig(artifacts.reports)
            ? Object.fromEntries(
                  Object.entries(artifacts.reports).map(([type, paths]) => [type, [paths].flat().map(String)]),
              )
            : {},
    };
}

function readConfig(read: (path: string) => string): Config {
    const { content: top } = parseConfig(read(".gitlab-ci.yml"));
    const includes = [top.include ?? []].flat().map((one) => {
        const local = typeof one === "string" ? one : isConfig(one) ? one.local : undefined;
        if (typeof local !== "string") throw new ConfigProblem("the sandbox's pipelines include local files only");
        const { header, content } = parseConfig(read(local.replace(/^\//, "")));
        return fillInputs(header, content, isConfig(one) && isConfig(one.inputs) ? one.inputs : {});
    });
    const { include: _, ...rest } = [...includes, top].reduce(deepMerge, {});
    return resolveReferences(expandExtends(rest));
}

function predefinedOf(
    project: Project,
    { source, branch, mergeRequest }: NewPipeline,
    isProtected: boolean,
): Variables {
    return {
        CI_PIPELINE_SOURCE: source,
        CI_DEFAULT_BRANCH: project.defaultBranch,
        CI_COMMIT_REF_NAME: branch,
        CI_COMMIT_REF_PROTECTED: String(isProtected),
        // Pipelines of merge requests have no branch.
        ...(mergeRequest === undefined
            ? { CI_COMMIT_BRANCH: branch }
            : {
                  CI_COMMIT_BRANCH: "",
                  CI_MERGE_REQUEST_IID: String(mergeRequest.iid),
                  CI_MERGE_REQUEST_PROJECT_ID: String(project.id),
                  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(project.id),
                  CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: mergeRequest.sourceBranch,
              }),
    };
}

function textsOf(value: unknown): Record<string, string> {
    if (!isConfig(value)) return {};
    return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, String(isConfig(one) ? (one.value ?? "") : (one ?? ""))]),
    );
}

function expand(text: string, variables: Variables): string {
    return text.replace(
        /\$(?:\{(\w+)\}|(\w+))/g,
        (_, braced?: string, bare?: string) => variables[braced ?? bare!] ?? "",
    );
}
