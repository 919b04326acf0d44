import "./components/lean-runtime";
import "./components/lost-engine";
import * as pulumi from "@pulumi/pulumi";
import { Fleet } from "./components/fleet";
import { readStackConfig } from "./components/fleet-config";

const fleet = new Fleet("fleet", readStackConfig());

/** Ids in GitLab, by runner. */
export const runners = fleet.runnerIds;

/** Authentication tokens, by runner. Secrets. */
export const tokens = fleet.tokens;

/** Paths of the managers' `config.toml`, by manager. */
export const configPaths = fleet.configPaths;

/** How many projects and groups are on the allowlist, by producer. Their ids would be a line each in every preview. */
export const allowlists = Object.fromEntries(
    Object.entries(fleet.allowlists).map(([producer, { projects, groups }]) => [
        producer,
        pulumi.all([projects, groups]).apply(([{ length: projects }, { length: groups }]) => ({ projects, groups })),
    ]),
);
