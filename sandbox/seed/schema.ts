import { z } from "zod";
import { RELEASES } from "../store/entities";

/** `{n}` is the number of a copy, if there is a `count`. */
const path = z.string().regex(/^(?:[\w.-]|\{n\})+(\/(?:[\w.-]|\{n\})+)*$/, "must be a path such as apps or apps/etl");
const seconds = z.number().int().positive();
const visibility = z.enum(["private", "internal", "public"]);
const role = z.enum(["guest", "planner", "reporter", "developer", "maintainer", "owner"]);
/** Role by username. */
const members = z.record(z.string(), role);
/** A date, or the time before the start: `-90d`, `-2h`, `-30m`, `-10s`. */
const when = z.union([z.iso.datetime({ offset: true }), z.iso.date(), z.date(), z.string().regex(/^[-+]\d+[dhms]$/)]);
const text = z.string().min(1);

const user = z.strictObject({
    username: text,
    id: z.number().int().positive().optional(),
    name: z.string().optional(),
    admin: z.boolean().optional(),
    external: z.boolean().optional(),
    blocked: z.boolean().optional(),
});

const group = z.strictObject({
    /** Full path; its parents must be listed, too. */
    path,
    id: z.number().int().positive().optional(),
    name: z.string().optional(),
    /** @default - the parent's, otherwise private */
    visibility: visibility.optional(),
    members: members.optional(),
    runnersToken: text.optional(),
    runnerTokenExpirationInterval: seconds.optional(),
    /** Adds this many; `{n}` in the path becomes the number. */
    count: z.number().int().positive().optional(),
});

const project = z.strictObject({
    /** Full path, below a listed group or a listed user. */
    path,
    id: z.number().int().positive().optional(),
    name: z.string().optional(),
    visibility: visibility.optional(),
    defaultBranch: text.optional(),
    archived: z.boolean().optional(),
    /** GitLab: `container_registry_access_level`. @default enabled */
    registry: z.enum(["enabled", "private", "disabled"]).optional(),
    members: members.optional(),
    sharedWith: z.array(z.strictObject({ group: path, role })).optional(),
    runnersToken: text.optional(),
    /** The job-token allowlist: its switch and its entries. */
    jobTokenScope: z
        .strictObject({
            enabled: z.boolean().optional(),
            projects: z.array(path).optional(),
            groups: z.array(path).optional(),
        })
        .optional(),
    protectedRefs: z.array(text).optional(),
    /** GitLab: `ci_config_path`. */
    ciConfigPath: text.optional(),
    /** Content by path, on the default branch. */
    files: z.record(z.string(), z.string()).optional(),
    count: z.number().int().positive().optional(),
});

const token = z.strictObject({
    /** Key in the sandbox's `tokens`. */
    name: text,
    user: text,
    scopes: z.array(text).min(1),
    /** @default - generated */
    text: text.optional(),
    expiresAt: when.optional(),
    revoked: z.boolean().optional(),
});

const manager = z.strictObject({
    systemId: text,
    version: text.optional(),
    platform: text.optional(),
    architecture: text.optional(),
    executor: text.optional(),
    contactedAt: when.optional(),
});

const runner = z.strictObject({
    description: z.string().optional(),
    id: z.number().int().positive().optional(),
    scope: z.union([
        z.literal("instance"),
        z.strictObject({ group: path }),
        z.strictObject({ project: path }),
        z.strictObject({ projects: z.array(path).min(1) }),
    ]),
    /** Authentication token. @default - generated */
    token: text.optional(),
    /** A token that some config.toml still has although GitLab has issued a new one. */
    deadToken: text.optional(),
    /** Created with the registration-token flow. */
    legacy: z.boolean().optional(),
    /** Username of the creator; not for legacy runners. */
    createdBy: text.optional(),
    tags: z.array(text).optional(),
    runUntagged: z.boolean().optional(),
    paused: z.boolean().optional(),
    locked: z.boolean().optional(),
    accessLevel: z.enum(["not_protected", "ref_protected"]).optional(),
    maximumTimeout: z.number().int().min(600).optional(),
    maintenanceNote: z.string().optional(),
    tokenExpiresAt: when.optional(),
    createdAt: when.optional(),
    /** Last contact. @default - never contacted */
    contactedAt: when.optional(),
    managers: z.array(manager).optional(),
    /** Adds this many; `{n}` in description and tokens becomes the number. */
    count: z.number().int().positive().optional(),
});

const settings = z.strictObject({
    externalUrl: z.string().optional(),
    /** GitLab: `enforce_ci_inbound_job_token_scope_enabled`. @default true */
    enforceInboundJobTokenScope: z.boolean().optional(),
    /** GitLab: `allow_runner_registration_token`. @default false */
    allowRunnerRegistrationToken: z.boolean().optional(),
    runnersRegistrationToken: z.string().optional(),
    runnerTokenExpirationInterval: seconds.nullable().optional(),
    groupRunnerTokenExpirationInterval: seconds.nullable().optional(),
    projectRunnerTokenExpirationInterval: seconds.nullable().optional(),
    instanceTokenPrefix: z.string().optional(),
    adminMode: z.boolean().optional(),
    registryHost: z.string().optional(),
    longPollSeconds: z.number().nonnegative().optional(),
    /** Requests per minute by limit name; 0 for none. */
    rateLimits: z
        .partialRecord(
            z.enum(["jobsRequest", "jobUpdate", "jobTrace", "project", "group", "projects", "groups"]),
            z.number().int().nonnegative(),
        )
        .optional(),
    throttlePerMinute: z.number().int().nonnegative().optional(),
    paginationTotals: z.boolean().optional(),
    allowlistLimit: z.number().int().nonnegative().optional(),
});

const job = z.strictObject({
    project: path,
    script: z.union([z.string(), z.array(z.string())]),
    name: text.optional(),
    stage: text.optional(),
    tags: z.array(text).optional(),
    /** @default - the project's default branch */
    ref: text.optional(),
    /** Who triggered it. @default - the first administrator */
    user: text.optional(),
    image: text.optional(),
    services: z.array(text).optional(),
    variables: z.record(z.string(), z.string()).optional(),
    artifacts: z.strictObject({ paths: z.array(text).min(1) }).optional(),
    count: z.number().int().positive().optional(),
});

/** One log entry: a project's jobs reached another project with a job token. */
const access = z.strictObject({ project: path, from: path, at: when });

/** GitLab's content when a sandbox starts. Users are referred to by name, groups and projects by full path. */
export const seedSchema = z.strictObject({
    version: z.union(RELEASES.map((one) => z.literal(one))).optional(),
    settings: settings.optional(),
    users: z.array(user).optional(),
    groups: z.array(group).optional(),
    projects: z.array(project).optional(),
    tokens: z.array(token).optional(),
    runners: z.array(runner).optional(),
    /** Pending jobs, in the order of the queue. */
    jobs: z.array(job).optional(),
    authLog: z.array(access).optional(),
});

/** A seed; the schema's comments describe each key. */
export type Seed = z.infer<typeof seedSchema>;
export type SeedRunner = z.infer<typeof runner>;
export type SeedProject = z.infer<typeof project>;
export type SeedGroup = z.infer<typeof group>;
