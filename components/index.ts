import "./common/lost-engine";

export * from "../core/config-toml";
export type { Reference } from "../core/reference";
export { type AllowedJobs, JobTokenAllowlist, type JobTokenAllowlistArgs } from "./allowlist/allowlist";
export type { MembershipGrant } from "./allowlist/membership";
export { type AllowlistPolicies, type JobTokenPolicy, PULL_POLICIES } from "./allowlist/policies";
export { RegistryAccess, type RegistryAccessArgs } from "./allowlist/registry-access";
export type { ReferenceInput } from "./common/reference-input";
export type { RunnerScope } from "./common/scope";
export type { ExclusiveArgs } from "./exclusive/exclusive";
export { Fleet, type FleetArgs, type FleetManagerArgs, type FleetRunnerArgs } from "./fleet/fleet";
export { RunnerManager, type RunnerManagerArgs, type Worker } from "./manager/manager";
export type { DockerOptions, DockerPlacement, DockerTransforms } from "./manager/placements/docker";
export type { DirectoryPlacement, Placement } from "./manager/placements/placement";
export { Runner, type RunnerArgs } from "./runner/runner";
