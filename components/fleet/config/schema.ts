import * as z from "zod";
import { ACCESS_LEVELS, FOREIGN, MATCHES, ROTATIONS, STATUSES } from "../../../core/choices";
import type { GlobalConfig, WorkerConfig } from "../../../core/config-toml";
import { LONGEST_DESCRIPTION, LONGEST_NOTE, MOST_TAGS, SHORTEST_TIMEOUT } from "../../../core/limits";
import {
    type AllowedJobs,
    type MembershipGrant,
    MODES,
    ON_DESTROY,
    type RegistryAccessArgs,
    ROLES,
} from "../../allowlist/args";
import type { JobTokenPolicy } from "../../allowlist/policies";
import { described, type ShapeOf } from "../../common/described";
import type { ExclusiveArgs, RunnerClaim, RunnerExceptions } from "../../exclusive/args";
import { PLACEMENTS, type Placement } from "../../manager/placements";
import type { FleetConfig, FleetManagerArgs, FleetRunnerArgs, GitLabConfig } from "../args";
import { DURATION } from "./shape-problems";

/** A duration as it is written; what is no text is told with the example, and not to be put in quotes. */
const duration = (example: string) => z.string({ error: `${DURATION} ${example}` });

// Limits stand here for editors; their messages come from the rules that the components have in common with this file. What each argument
// means, its doc comment says.

const group = z.union([z.string(), z.int()]).describe("Full path or id of a group.");
export const project = z.union([z.string(), z.int()]).describe("Full path or id of a project.");

const scope = z.union([z.literal("instance"), z.strictObject({ group }), z.strictObject({ project })]);

/** Texts or tables of which the rules know more than a shape can say: the keys of `config.toml`, the names of permissions. */
const table = <T>() => z.record(z.string(), z.unknown()) as z.ZodType as z.ZodType<T>;
const policy = z.string() as z.ZodType as z.ZodType<JobTokenPolicy>;

export const runner = z.strictObject(
    described("runner", {
        scope,
        description: z.string().max(LONGEST_DESCRIPTION).optional(),
        tags: z.array(z.string()).max(MOST_TAGS).optional(),
        runUntagged: z.boolean().optional(),
        accessLevel: z.enum(ACCESS_LEVELS).optional(),
        locked: z.boolean().optional(),
        paused: z.boolean().optional(),
        maximumTimeout: z.int().min(SHORTEST_TIMEOUT).optional(),
        note: z.string().max(LONGEST_NOTE).optional(),
        config: table<WorkerConfig>().optional(),
        silence: z.array(z.string()).optional(),
        adopt: z
            .union([
                z.strictObject({ id: z.union([z.int(), z.string()]) }),
                z.strictObject({ description: z.string(), tags: z.array(z.string()).optional() }),
                z.literal("lost"),
            ])
            .optional(),
        rotation: z.enum(ROTATIONS).optional(),
        rotateBefore: duration("7d or 36h").optional(),
        rotationTrigger: z.string().optional(),
        renamedFrom: z.string().optional(),
    } satisfies ShapeOf<FleetRunnerArgs>),
);

export const manager = z.strictObject(
    described("manager", {
        placement: z.union(PLACEMENTS.map((kind) => kind.schema() as z.ZodType<Placement>)),
        runners: z.array(z.string()),
        config: table<GlobalConfig>(),
        gitlabUrl: z.string().optional(),
        online: z.union([z.boolean(), z.strictObject({ timeout: z.string() })]).optional(),
        drainTimeout: duration("2h or 90m").optional(),
        systemId: z.string().optional(),
        silence: z.array(z.string()).optional(),
        renamedFrom: z.string().optional(),
    } satisfies ShapeOf<FleetManagerArgs>),
);

export const exclusive = z.strictObject(
    described("exclusive", {
        scope: z.union([scope, z.strictObject({ projectsBelow: group })]),
        claim: z
            .strictObject(
                described("claim", {
                    descriptions: z.array(z.string()).optional(),
                    tags: z.array(z.string()).optional(),
                    statuses: z.array(z.enum(STATUSES)).optional(),
                    offlineFor: duration("30d or 12h").optional(),
                    creators: z.array(z.string()).optional(),
                    match: z.enum(MATCHES).optional(),
                } satisfies ShapeOf<RunnerClaim>),
            )
            .optional(),
        keep: z
            .strictObject(
                described("keep", {
                    ids: z.array(z.union([z.int(), z.string()])).optional(),
                    descriptions: z.array(z.string()).optional(),
                    tags: z.array(z.string()).optional(),
                } satisfies ShapeOf<RunnerExceptions>),
            )
            .optional(),
        foreign: z.enum(FOREIGN).optional(),
        limit: z.int().min(0).optional(),
        quietPeriod: duration("1h or 30m").optional(),
    } satisfies ShapeOf<ExclusiveArgs>),
);

const grant = z.strictObject(
    described("grant", { group, role: z.enum(ROLES).optional() } satisfies ShapeOf<MembershipGrant>),
);

export const registry = z.strictObject(
    described("registry", {
        consumers: z.strictObject(
            described("consumers", {
                projects: z.array(project).optional(),
                groups: z.array(group).optional(),
            } satisfies ShapeOf<AllowedJobs>),
        ),
        mode: z.enum(MODES).optional(),
        enabled: z.boolean().optional(),
        compact: z.boolean().optional(),
        onDestroy: z.enum(ON_DESTROY).optional(),
        policies: z
            .union([z.literal("pull"), z.record(z.string(), z.union([z.literal("pull"), z.array(policy)]))])
            .optional(),
        grantMembership: z.union([grant, z.array(grant)]).optional(),
        checkMembership: z.boolean().optional(),
    } satisfies ShapeOf<Omit<RegistryAccessArgs, "producer">>),
);

/** The keys below `gitlab-fleet:`, without that prefix. */
export const fleetConfig = z.strictObject(
    described("fleet", {
        extends: z.array(z.string()).optional(),
        runners: z.record(z.string(), runner).optional(),
        managers: z.record(z.string(), manager).optional(),
        exclusive: z.record(z.string(), exclusive).optional(),
        registries: z.record(z.string(), registry).optional(),
        stateLost: z.boolean().optional(),
        movedFrom: z.string().optional(),
    } satisfies ShapeOf<FleetConfig>),
);

const text = z.string();
const secret = z.union([z.string(), z.strictObject({ secure: z.string() })]) as z.ZodType as z.ZodType<string>;

/** The keys below `gitlab:`, without that prefix: what the published gitlab package can be told. */
export const gitlabConfig = z.strictObject(
    described("gitlab", {
        baseUrl: text.optional(),
        token: secret.optional(),
        insecure: z.boolean().optional(),
        cacertFile: text.optional(),
        headers: z.record(z.string(), secret).optional(),
        clientCert: text.optional(),
        clientKey: text.optional(),
        retries: z.int().min(0).optional(),
        earlyAuthCheck: z.boolean().optional(),
        configFile: text.optional(),
        context: text.optional(),
        enableAutoCiSupport: z.boolean().optional(),
        compareWithGitlab: z.boolean().optional(),
    } satisfies ShapeOf<GitLabConfig>),
);
