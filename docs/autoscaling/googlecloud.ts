// A managed instance group of one zone that only gitlab-runner scales.
import * as gcp from "@pulumi/gcp";
import { Runner, RunnerManager } from "gitlab-fleet";

const template = new gcp.compute.InstanceTemplate("ci", {
    machineType: "e2-standard-4",
    disks: [{ sourceImage: "cos-cloud/cos-stable", boot: true, autoDelete: true }],
    networkInterfaces: [{ network: "default" }],
});

const group = new gcp.compute.InstanceGroupManager(
    "ci",
    {
        name: "ci-runners",
        project: "acme-ci",
        zone: "europe-west1-c", // of several zones the plugin knows nothing
        baseInstanceName: "ci",
        targetSize: 0,
        versions: [{ instanceTemplate: template.selfLink }],
        // No gcp.compute.Autoscaler. Only gitlab-runner replaces instances that fail.
        instanceLifecyclePolicy: { defaultActionOnFailure: "DO_NOTHING", forceUpdateOnRepair: "NO" },
    },
    { ignoreChanges: ["targetSize"] },
);

new RunnerManager("scaler", {
    placement: { ssh: { host: "ci@manager.example.org", directory: "/etc/gitlab-runner", sudo: true } },
    config: { concurrent: 20 },
    workers: [
        {
            runner: new Runner("burst", { scope: { group: "apps" }, tags: ["docker"], runUntagged: false }),
            config: {
                executor: "docker-autoscaler",
                limit: 20,
                docker: { image: "alpine:3.22" },
                autoscaler: {
                    plugin: "googlecloud:1",
                    plugin_config: { name: group.name, project: group.project, zone: group.zone },
                    capacity_per_instance: 1,
                    max_use_count: 1,
                    max_instances: 20,
                    connector_config: { username: "runner" },
                    policy: [{ idle_count: 3, idle_time: "20m" }],
                },
            },
        },
    ],
});
