export type { Problem } from "../problems";
export { runnerVersion } from "./key-table";
export { ConfigTomlError, type ParsedConfig, type ParsedWorker, parseConfigToml } from "./parse";
export { type CheckOptions, findProblems, findSilenceProblems, findWorkerProblems } from "./problems";
export { renderConfigToml } from "./render";
export type * from "./types";
export type * from "./types.generated";
export { PLACEMENT_CODES, WARNING_CODES } from "./warnings";
