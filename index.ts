import "./lean-runtime";
import "./components/common/lost-engine";
import * as pulumi from "@pulumi/pulumi";
import { readStackConfig } from "./components/fleet/config";
import { Fleet } from "./components/fleet/fleet";

const fleet = new Fleet("fleet", readStackConfig());

/** Ids in GitLab, by runner. As one output, a preview shows one line for all, not one unknown value for each. */
export const runners = pulumi.all(fleet.runnerIds);

/** Authentication tokens, by runner. Secret. */
export const tokens = pulumi.secret(pulumi.all(fleet.tokens));

/** Paths of the managers' `config.toml`, by manager. */
export const configPaths = fleet.configPaths;

/** Numbers of allowlists and their entries: a preview of each list would be longer than what changes. */
export const allowlists = pulumi
    .all(Object.values(fleet.allowlists).map(({ projects, groups }) => pulumi.all([projects, groups])))
    .apply((lists) => ({
        lists: lists.length,
        projects: lists.reduce((sum, [projects]) => sum + projects.length, 0),
        groups: lists.reduce((sum, [, groups]) => sum + groups.length, 0),
    }));
