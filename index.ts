import "./components/lean-runtime";
import { Fleet } from "./components/fleet";
import { readStackConfig } from "./components/fleet-config";

const fleet = new Fleet("fleet", readStackConfig());

/** Ids in GitLab, by runner. */
export const runners = fleet.runnerIds;

/** Authentication tokens, by runner. Secrets. */
export const tokens = fleet.tokens;

/** Paths of the managers' `config.toml`, by manager. */
export const configPaths = fleet.configPaths;

/** Ids of the projects and groups that may pull, by producer. */
export const allowlists = fleet.allowlists;
