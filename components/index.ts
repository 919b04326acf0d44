import "./lost-engine";

export type { MembershipGrant } from "./allowlist/membership";
export { type AllowlistPolicies, type JobTokenPolicy, PULL_POLICIES } from "./allowlist/policies";
export type { Reference, ReferenceInput } from "./common/reference";
export type { RunnerScope } from "./common/scope";
export * from "./config-toml";
export type { DockerOptions, DockerPlacement, DockerTransforms } from "./docker-manager";
export type { ExclusiveArgs } from "./exclusive";
export { Fleet, type FleetArgs, type FleetManagerArgs, type FleetRunnerArgs } from "./fleet";
export { type AllowedJobs, JobTokenAllowlist, type JobTokenAllowlistArgs } from "./job-token-allowlist";
export type { DirectoryPlacement, Placement } from "./placement/placement";
export { RegistryAccess, type RegistryAccessArgs } from "./registry-access";
export { Runner, type RunnerArgs } from "./runner";
export { RunnerManager, type RunnerManagerArgs, type Worker } from "./runner-manager";
