import * as pulumi from "@pulumi/pulumi";
import { Fleet, readStackConfig } from "gitlab-fleet";

// What the fleet consists of stands in each stack's file: Pulumi.dev.yaml, Pulumi.staging.yaml, Pulumi.prod.yaml.
// `npx gitlab-fleet validate` checks them in a moment.
const fleet = new Fleet("fleet", readStackConfig());

export const runners = pulumi.all(fleet.runnerIds);
export const configPaths = fleet.configPaths;
