/** Row types of the sandbox's store. Times are milliseconds since 1970; ids are GitLab's numeric ids. */
export type * from "./job-entities";
export type * from "./review-entities";

/** Major version whose behaviour and wording the sandbox shows. */
export type GitLabVersion = 17 | 18 | 19;
/** Versions that a sandbox can show: the last minor of a major version, or 18.0, which records contact differently. */
export const RELEASES = [17, "18.0", 18, 19] as const;
export type GitLabRelease = (typeof RELEASES)[number];
export type Visibility = "private" | "internal" | "public";
export type RunnerType = "instance_type" | "group_type" | "project_type";
export type RunnerAccessLevel = "not_protected" | "ref_protected";
/** Who may use a project feature. GitLab: `*_access_level`. */
export type FeatureAccess = "enabled" | "private" | "disabled";

export interface User {
    id: number;
    username: string;
    name: string;
    email: string;
    admin: boolean;
    state: "active" | "blocked";
    bot: boolean;
    external: boolean;
    createdAt: number;
}

export interface AccessToken {
    id: number;
    name: string;
    /** The secret itself. Presenters never return it. */
    text: string;
    userId: number;
    kind: "personal" | "project" | "group";
    description: string | null;
    scopes: string[];
    /** Day (UTC) from whose beginning the token is expired; null: never. */
    expiresAt: number | null;
    revoked: boolean;
    createdAt: number;
    lastUsedAt: number | null;
}

export interface Group {
    id: number;
    name: string;
    path: string;
    parentId: number | null;
    fullPath: string;
    fullName: string;
    description: string;
    visibility: Visibility;
    sharedRunnersSetting: "enabled" | "disabled_and_overridable" | "disabled_and_unoverridable";
    runnerRegistrationEnabled: boolean;
    runnersToken: string;
    runnerTokenExpirationInterval: number | null;
    subgroupRunnerTokenExpirationInterval: number | null;
    projectRunnerTokenExpirationInterval: number | null;
    markedForDeletionOn: string | null;
    createdAt: number;
}

export interface Project {
    id: number;
    name: string;
    path: string;
    fullPath: string;
    /** The group that contains it; null for a project in a user's own namespace. */
    groupId: number | null;
    /** The user whose namespace contains it; null for a project in a group. */
    ownerId: number | null;
    creatorId: number | null;
    description: string | null;
    visibility: Visibility;
    defaultBranch: string;
    archived: boolean;
    registryAccessLevel: FeatureAccess;
    /** Whether a push of an image was ever authorised: GitLab notes the image then. */
    hasImages: boolean;
    buildsAccessLevel: FeatureAccess;
    sharedRunnersEnabled: boolean;
    groupRunnersEnabled: boolean;
    runnerRegistrationEnabled: boolean;
    runnersToken: string;
    runnerTokenExpirationInterval: number | null;
    /** The project's own switch of the job-token allowlist; instance enforcement overrides it. */
    inboundJobTokenScopeEnabled: boolean;
    outboundJobTokenScopeEnabled: boolean;
    /** Whether fine-grained job-token permissions can be set in this project. */
    fineGrainedJobTokens: boolean;
    pushRepositoryForJobTokenAllowed: boolean;
    /** Branches and tags that count as protected. */
    protectedRefs: string[];
    ciConfigPath: string | null;
    buildTimeout: number;
    markedForDeletionOn: string | null;
    createdAt: number;
    lastActivityAt: number;
}

export type MemberSource = "group" | "project";

export interface Member {
    id: number;
    userId: number;
    sourceType: MemberSource;
    sourceId: number;
    /** 10 guest, 15 planner, 20 reporter, 30 developer, 40 maintainer, 50 owner. */
    accessLevel: number;
    expiresAt: number | null;
    createdAt: number;
}

/** A project shared with a group. */
export interface ProjectShare {
    id: number;
    projectId: number;
    groupId: number;
    accessLevel: number;
    expiresAt: number | null;
}

/** A former path of a project. */
export interface Redirect {
    id: number;
    oldPath: string;
    targetId: number;
}

export interface Runner {
    id: number;
    runnerType: RunnerType;
    /** The authentication token. Presenters never return it, except at creation and reset. */
    token: string;
    /** A token that some config.toml still has although GitLab has issued a new one. Never valid. */
    deadToken: string | null;
    tokenExpiresAt: number | null;
    tokenRotationDeadline: number | null;
    groupId: number | null;
    creatorId: number | null;
    creationMethod: "authenticated_user" | "registration_token";
    creationState: "started" | "finished";
    /** `info.name` of a legacy registration; null for created runners. */
    name: string | null;
    description: string | null;
    maintenanceNote: string | null;
    active: boolean;
    locked: boolean;
    accessLevel: RunnerAccessLevel;
    runUntagged: boolean;
    tagList: string[];
    maximumTimeout: number | null;
    contactedAt: number | null;
    createdAt: number;
    updatedAt: number;
}

/** A project runner's assignment to a project. The oldest one of a runner marks its owner project. */
export interface RunnerProject {
    id: number;
    runnerId: number;
    projectId: number;
}

/** One gitlab-runner process seen under a runner. */
export interface RunnerManager {
    id: number;
    runnerId: number;
    systemId: string;
    version: string | null;
    revision: string | null;
    platform: string | null;
    architecture: string | null;
    executor: string | null;
    ipAddress: string | null;
    creationState: "started" | "finished";
    createdAt: number;
    contactedAt: number | null;
}

/** An entry of a project's job-token allowlist that names a project. */
export interface ProjectLink {
    id: number;
    /** The project whose resources are protected. GitLab: `source_project`. */
    sourceId: number;
    targetId: number;
    direction: "inbound" | "outbound";
    defaultPermissions: boolean;
    policies: string[];
    addedById: number | null;
    autopopulated: boolean;
    createdAt: number;
}

/** An entry of a project's job-token allowlist that names a group. */
export type GroupLink = Omit<ProjectLink, "direction">;

/** A project whose jobs reached another project with a job token, and the last time. */
export interface AuthLogEntry {
    id: number;
    accessedProjectId: number;
    originProjectId: number;
    lastAuthorizedAt: number;
}

/** A file of a project's repository. */
export interface RepositoryFile {
    id: number;
    projectId: number;
    ref: string;
    path: string;
    content: string;
}

/** Application settings, and settings of the sandbox itself. */
export interface Settings {
    /** GitLab's own host and port, used in `Link` headers and `web_url`s. */
    externalUrl: string;
    enforceInboundJobTokenScope: boolean;
    allowRunnerRegistrationToken: boolean;
    validRunnerRegistrars: string[];
    /** Registration token of the whole instance. */
    runnersRegistrationToken: string;
    runnerTokenExpirationInterval: number | null;
    groupRunnerTokenExpirationInterval: number | null;
    projectRunnerTokenExpirationInterval: number | null;
    instanceTokenPrefix: string;
    /** With admin mode on, a token needs the `admin_mode` scope to act as administrator. */
    adminMode: boolean;
    /** Host (and port) of the container registry; empty if GitLab runs without one. */
    registryHost: string;
    /** How long `/jobs/request` is held if there is nothing new, in seconds. 0 answers at once. */
    longPollSeconds: number;
    /** Requests per minute of GitLab's application limiter; 0 turns one off. */
    rateLimits: Record<RateLimitName, number>;
    /** Requests per minute that one user may send in total; beyond it, 429 in plain text; 0 for no limit. */
    throttlePerMinute: number;
    /** Whether lists have `X-Total`, `X-Total-Pages` and `rel="last"`. */
    paginationTotals: boolean;
    /** Largest job log, in bytes; beyond it the job is dropped. */
    maxTraceBytes: number;
    /** Largest artifacts archive, in bytes. */
    maxArtifactsBytes: number;
    /** Maximum number of a project's job-token project links, and of its group links. */
    allowlistLimit: number;
}

export type RateLimitName = "jobsRequest" | "jobUpdate" | "jobTrace" | "project" | "group" | "projects" | "groups";
