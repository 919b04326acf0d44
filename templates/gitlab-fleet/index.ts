import * as pulumi from "@pulumi/pulumi";
import { Fleet, readStackConfig } from "gitlab-fleet";

// Each stack's file declares its fleet: Pulumi.dev.yaml, Pulumi.staging.yaml, Pulumi.prod.yaml.
// `npx gitlab-fleet validate` checks these files in a moment.
const fleet = new Fleet("fleet", readStackConfig());

export const runners = pulumi.all(fleet.runnerIds);
export const configPaths = fleet.configPaths;
