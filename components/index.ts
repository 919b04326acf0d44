import "./common/lost-engine";

export { Provider as FleetProvider } from "@gitlab-fleet/sdk";
export { Provider as GitlabProvider } from "@pulumi/gitlab";
export * from "../core/config-toml";
export type { Reference } from "../core/reference";
export { JobTokenAllowlist } from "./allowlist/allowlist";
export type { AllowedJobs, JobTokenAllowlistArgs, MembershipGrant, RegistryAccessArgs } from "./allowlist/args";
export { type AllowlistPolicies, type JobTokenPolicy, PULL_POLICIES } from "./allowlist/policies";
export { RegistryAccess } from "./allowlist/registry-access";
export type { ReferenceInput, RunnerScope } from "./common/scope";
export type { ExclusiveArgs, ExclusiveRunnersArgs, RunnerClaim, RunnerExceptions } from "./exclusive/args";
export { ExclusiveRunners } from "./exclusive/exclusive";
export type { FleetArgs, FleetManagerArgs, FleetRunnerArgs } from "./fleet/args";
export { Fleet } from "./fleet/fleet";
export type { RunnerManagerArgs, Worker } from "./manager/args";
export { RunnerManager } from "./manager/manager";
export type { Placement } from "./manager/placements";
export type { DirectoryPlacement } from "./manager/placements/directory/args";
export type { DockerOptions, DockerPlacement, DockerTransforms } from "./manager/placements/docker/args";
export type {
    KubernetesOptions,
    KubernetesPlacement,
    KubernetesTransforms,
} from "./manager/placements/kubernetes/args";
export type { ServiceOptions } from "./manager/placements/service";
export type { SshHostOptions, SshPlacement } from "./manager/placements/ssh/args";
export type { RunnerArgs } from "./runner/args";
export { Runner } from "./runner/runner";
