import * as pulumi from "@pulumi/pulumi";
import { Fleet } from "gitlab-fleet";

// What `pulumi new` asked for. Each stack has its own: Pulumi.dev.yaml, Pulumi.staging.yaml, Pulumi.prod.yaml.
const config = new pulumi.Config();
const name = config.require("runner");

const fleet = new Fleet("fleet", {
    runners: {
        [name]: {
            scope: { group: config.require("group") },
            tags: ["docker"],
            config: { executor: "docker", limit: 2, docker: { image: "alpine:3.22" } },
        },
    },
    managers: {
        // Files for a gitlab-runner on this machine: gitlab-runner run --config gitlab-runner/config.toml
        "ci-01": {
            placement: { directory: config.get("directory") ?? "gitlab-runner" },
            runners: [name],
            config: { concurrent: 2 },
        },
    },
    // Who may pull from whose registry. Everybody else's jobs may not.
    // registries: { "group/images": { consumers: { projects: ["group/app"] } } },
});

export const configPaths = fleet.configPaths;
