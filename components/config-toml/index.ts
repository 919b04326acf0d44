export { runnerVersion } from "./key-table";
export { ConfigTomlError, type ParsedConfig, type ParsedWorker, parseConfigToml } from "./parse";
export { type CheckOptions, findProblems, findWorkerProblems } from "./problems";
export { renderConfigToml } from "./render";
export type * from "./types";
export type * from "./types.generated";
export { WARNING_CODES } from "./warnings";
