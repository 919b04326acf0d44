/** GitLab in a process, for demos and tests. `docs/sandbox.md` describes its features. */
export { type NewPipeline, type Pipeline, type ProjectVariable, runPipeline } from "./ci/pipelines";
export { Clock, DAY, HOUR, MINUTE, SECOND } from "./clock";
export { COVERAGE, type Coverage } from "./coverage";
export { type Fault, type FaultPlan, Faults, type PlannedFault } from "./faults";
export { type Actor, Journal, type JournalEntry, type JournalFilter } from "./journal";
export { REGISTRY_ISSUER } from "./registry/route";
export { readSeed } from "./seed/read";
export type { Seed } from "./seed/schema";
export { type Sandbox, type SandboxOptions, startSandbox } from "./server";
export { deleteGroup, deleteProject, deleteRunner } from "./store/cascade";
export type * from "./store/entities";
export { RELEASES } from "./store/entities";
export {
    addGroup,
    addManager,
    addMember,
    addProject,
    addRunner,
    addToken,
    addUser,
    ROLES,
    type Role,
    removeMember,
} from "./store/factory";
export type { NewJob } from "./store/jobs";
export { moveGroup, moveProject, scheduleDeletion, scheduleGroupDeletion } from "./store/moves";
export { type Snapshot, Store } from "./store/store";
