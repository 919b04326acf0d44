import * as z from "zod";
import type { GlobalConfig, WorkerConfig } from "../../../core/config-toml";
import { LONGEST_DESCRIPTION, LONGEST_NOTE, MOST_TAGS, SHORTEST_TIMEOUT } from "../../../core/limits";
import { MODES, ON_DESTROY, type RegistryAccessArgs, ROLES } from "../../allowlist/args";
import type { JobTokenPolicy } from "../../allowlist/policies";
import type { ShapeOf } from "../../common/shape-of";
import { type ExclusiveArgs, FOREIGN, MATCHES, STATUSES } from "../../exclusive/args";
import { PLACEMENTS, type Placement } from "../../manager/placements";
import { ACCESS_LEVELS, ROTATIONS } from "../../runner/args";
import type { FleetArgs, FleetManagerArgs, FleetRunnerArgs } from "../args";

// Limits stand here for editors; their messages come from the rules that the components have in common with this file.

const group = z.union([z.string(), z.int()]).describe("Full path or id of a group.");
const project = z.union([z.string(), z.int()]).describe("Full path or id of a project.");

const scope = z
    .union([z.literal("instance"), z.strictObject({ group }), z.strictObject({ project })])
    .describe("Who may use the runner: { group: <path or id> }, { project: <path or id> } or instance.");

/** Texts or tables of which the rules know more than a shape can say: the keys of `config.toml`, the names of permissions. */
const table = <T>() => z.record(z.string(), z.unknown()) as z.ZodType as z.ZodType<T>;
const policy = z.string() as z.ZodType as z.ZodType<JobTokenPolicy>;

const runner = z.strictObject({
    scope,
    description: z
        .string()
        .max(LONGEST_DESCRIPTION)
        .optional()
        .describe("What people read in GitLab's list. Default: the runner's name."),
    tags: z.array(z.string()).max(MOST_TAGS).optional().describe("Tags that jobs ask for. Default: none."),
    runUntagged: z.boolean().optional().describe("Whether jobs without tags run here. Default: true."),
    accessLevel: z
        .enum(ACCESS_LEVELS)
        .optional()
        .describe("ref_protected: only jobs of protected branches and tags. Default: not_protected."),
    locked: z
        .boolean()
        .optional()
        .describe("Whether a project runner may not be given to further projects. Default: false."),
    paused: z.boolean().optional().describe("Whether the runner takes no new jobs. Default: false."),
    maximumTimeout: z
        .int()
        .min(SHORTEST_TIMEOUT)
        .optional()
        .describe("Longest job in seconds. Default: the project's own limit."),
    note: z.string().max(LONGEST_NOTE).optional().describe("A note for maintainers, kept below the marker."),
    adopt: z
        .union([
            z.strictObject({ id: z.union([z.int(), z.string()]) }),
            z.strictObject({ description: z.string(), tags: z.array(z.string()).optional() }),
            z.literal("lost"),
        ])
        .optional()
        .describe(
            "An existing runner to become this one: { id }, or { description, tags } that exactly one has, or lost: " +
                "the one of this name from before the stack's state was lost.",
        ),
    rotation: z
        .enum(ROTATIONS)
        .optional()
        .describe(
            "Who resets the token before it dies: pulumi at every up, or runner, the process itself. Default: pulumi.",
        ),
    rotateBefore: z
        .string()
        .optional()
        .describe("How long before its end up resets the token, such as 7d. Default: a quarter of its life."),
    rotationTrigger: z.string().optional().describe("Any text; a change of it makes the next up reset the token."),
    renamedFrom: z.string().optional().describe("The name it had before, so that it stays the same runner."),
    silence: z
        .array(z.string())
        .optional()
        .describe("Codes of warnings about this runner's table that are known and accepted."),
    config: table<WorkerConfig>()
        .optional()
        .describe("Keys of the [[runners]] table of config.toml, spelt as GitLab documents them."),
} satisfies ShapeOf<FleetRunnerArgs>);

const manager = z.strictObject({
    placement: z
        .union(PLACEMENTS.map((kind) => kind.schema() as z.ZodType<Placement>))
        .describe("Where the gitlab-runner process finds its files."),
    runners: z.array(z.string()).describe("Names of the runners it serves, in the order of the [[runners]] tables."),
    online: z
        .union([z.boolean(), z.strictObject({ timeout: z.string() })])
        .optional()
        .describe("Whether up waits until GitLab has heard from it; { timeout: 5m } waits longer. Default: false."),
    systemId: z
        .string()
        .optional()
        .describe(
            "Content of .runner_system_id, for one that is taken over. Default: made from project, stack and name.",
        ),
    renamedFrom: z.string().optional().describe("The name it had before, so that nothing is replaced."),
    drainTimeout: z
        .string()
        .optional()
        .describe(
            "With docker: how long jobs may take to end before their container is replaced; with drainOnStop, before a stopped unit ends. Default: 2h.",
        ),
    config: table<GlobalConfig>().describe(
        "Keys above the first [[runners]] table, spelt as GitLab documents them; concurrent at least.",
    ),
    silence: z.array(z.string()).optional().describe("Codes of warnings that are known and accepted."),
    gitlabUrl: z
        .string()
        .optional()
        .describe("GitLab's address as the manager reaches it. Default: gitlab:baseUrl without /api/v4/."),
} satisfies ShapeOf<FleetManagerArgs>);

const exceptions = z.strictObject({
    ids: z.array(z.union([z.int(), z.string()])).optional(),
    descriptions: z.array(z.string()).optional().describe("Compared as a whole; * stands for any text."),
    tags: z.array(z.string()).optional().describe("One in common is enough."),
});

const exclusive = z.strictObject({
    scope: z
        .union([scope, z.strictObject({ projectsBelow: group })])
        .describe(
            "What is looked at: a scope of runners, or { projectsBelow: <group> }, the runners of all its projects.",
        ),
    claim: z
        .strictObject({
            descriptions: z
                .array(z.string())
                .optional()
                .describe("Descriptions, compared as a whole; * stands for any text."),
            tags: z.array(z.string()).optional().describe("Tags; one in common is enough."),
            statuses: z.array(z.enum(STATUSES)).optional().describe("Statuses; one of them is enough."),
            offlineFor: z.string().optional().describe("Not heard from for longer than this, such as 30d."),
            creators: z.array(z.string()).optional().describe("Usernames of those who made them."),
            match: z.enum(MATCHES).optional().describe("Whether one part is enough or all are needed. Default: any."),
        })
        .optional()
        .describe("Which undeclared runners are judged, besides orphans of our own."),
    foreign: z
        .enum(FOREIGN)
        .optional()
        .describe("What happens to claimed runners that are not declared. Default: report."),
    keep: exceptions.optional().describe("What is left alone whatever claims it."),
    limit: z.int().min(0).optional().describe("How many runners one up may delete; more are refused. Default: 50."),
    quietPeriod: z.string().optional().describe("A runner that ran a job within this time is left alone. Default: 1h."),
} satisfies ShapeOf<ExclusiveArgs>);

const grant = z.strictObject({
    group,
    role: z.enum(ROLES).optional().describe("The role its members get. Default: reporter, the least that pulls."),
});

const registry = z.strictObject({
    consumers: z
        .strictObject({
            projects: z.array(project).optional(),
            groups: z.array(group).optional().describe("With all their subgroups' projects."),
        })
        .describe("The projects and groups whose jobs may pull."),
    mode: z
        .enum(MODES)
        .optional()
        .describe("exclusive: nobody else may pull. additive: these may as well. Default: exclusive."),
    enabled: z.boolean().optional().describe("Whether the producer's allowlist is enforced. Default: true."),
    compact: z
        .boolean()
        .optional()
        .describe(
            "Whether more than 200 projects or groups are folded into their groups; the preview names who gains access. Default: false.",
        ),
    onDestroy: z
        .enum(ON_DESTROY)
        .optional()
        .describe(
            "What destroy leaves. withdraw: entries that this stack added go, those that were there before stay. close: a list that is on and empty. restore: the list as it was. Default: withdraw.",
        ),
    policies: z
        .union([z.literal("pull"), z.record(z.string(), z.union([z.literal("pull"), z.array(policy)]))])
        .optional()
        .describe(
            "Which parts of GitLab's API the consumers' jobs may use: pull (read packages), or permissions by consumer. They do not govern images. Default: everything the role allows.",
        ),
    grantMembership: z
        .union([grant, z.array(grant)])
        .optional()
        .describe("Groups that become members of the producer: a private image is pulled by a person's right."),
    checkMembership: z
        .boolean()
        .optional()
        .describe("Whether the preview warns of consumers whose people may not pull. Default: true."),
} satisfies ShapeOf<Omit<RegistryAccessArgs, "producer">>);

/** The keys below `gitlab-fleet:`, without that prefix. */
export const fleetConfig = z.strictObject({
    extends: z
        .array(z.string())
        .optional()
        .describe(
            "Files beside this one with what several stacks have in common; later ones win over earlier ones, this one over all.",
        ),
    runners: z.record(z.string(), runner).optional().describe("Runners by name."),
    managers: z.record(z.string(), manager).optional().describe("Runner managers by name."),
    exclusive: z
        .record(z.string(), exclusive)
        .optional()
        .describe("Scopes in which the declared runners are the only ones of their kind."),
    registries: z.record(z.string(), registry).optional().describe("Who may pull, by the producer's full path."),
    stateLost: z
        .boolean()
        .optional()
        .describe(
            "Whether the stack's state was lost: each runner adopts the one that bears its name in the marker. Default: false.",
        ),
    movedFrom: z
        .string()
        .optional()
        .describe("The address that GitLab had before, where nothing else proves that it is the same GitLab."),
} satisfies ShapeOf<FleetArgs & { movedFrom?: string; extends?: string[] }>);

const text = z.string();
const secret = z.union([z.string(), z.strictObject({ secure: z.string() })]);

/** The keys below `gitlab:`, without that prefix: what the published gitlab package can be told. */
export const gitlabConfig = z.strictObject({
    baseUrl: text.optional().describe("Base of GitLab's REST API, with /api/v4/. Else GITLAB_BASE_URL."),
    token: secret.optional().describe("Set it with: pulumi config set --secret gitlab:token. Else GITLAB_TOKEN."),
    insecure: z.boolean().optional().describe("Accept any TLS certificate. Default: false."),
    cacertFile: text.optional().describe("File with the certificates of further authorities to trust."),
    headers: z.record(z.string(), secret).optional().describe("Further headers of every request."),
    clientCert: text.optional().describe("File with the PEM certificate to show to GitLab, or to a proxy before it."),
    clientKey: text.optional().describe("File with the PEM key of clientCert."),
    retries: z.int().min(0).optional().describe("How often a request that may be repeated is sent again. Default: 4."),
    earlyAuthCheck: z.boolean().optional().describe("Log in before anything else is done. Default: false."),
    configFile: text.optional().describe("With the official plugin only."),
    context: text.optional().describe("With the official plugin only."),
    enableAutoCiSupport: z.boolean().optional().describe("With the official plugin only."),
    compareWithGitlab: z
        .boolean()
        .optional()
        .describe(
            "Whether previews and ups compare with GitLab; false: only a refresh does. Our plugin alone. Default: true.",
        ),
});
