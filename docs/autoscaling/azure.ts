// A scale set with uniform orchestration that only gitlab-runner scales.
import * as azure from "@pulumi/azure-native";
import * as pulumi from "@pulumi/pulumi";
import { Runner, RunnerManager } from "gitlab-fleet";

const config = new pulumi.Config("ci");
const password = config.requireSecret("scaleSetPassword");
const resources = new azure.resources.ResourceGroup("ci", { resourceGroupName: "ci" });

const set = new azure.compute.VirtualMachineScaleSet(
    "ci",
    {
        vmScaleSetName: "ci-runners",
        resourceGroupName: resources.name,
        orchestrationMode: "Uniform", // the plugin knows no other
        // No azure.monitor.AutoscaleSetting. Overprovisioned instances would be removed while jobs run on them.
        overprovision: false,
        upgradePolicy: { mode: "Manual" },
        sku: { name: "Standard_D4s_v5", tier: "Standard", capacity: 0 },
        virtualMachineProfile: {
            osProfile: { computerNamePrefix: "ci", adminUsername: "azureuser", adminPassword: password },
            storageProfile: { imageReference: { id: config.require("imageId") } }, // with Docker
            networkProfile: {
                networkInterfaceConfigurations: [
                    {
                        name: "ci",
                        primary: true,
                        ipConfigurations: [{ name: "ci", subnet: { id: config.require("subnetId") } }],
                    },
                ],
            },
        },
    },
    { ignoreChanges: ["sku.capacity"] },
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
                    plugin: "azure:1",
                    plugin_config: {
                        name: set.name,
                        resource_group_name: resources.name,
                        subscription_id: config.require("subscriptionId"),
                    },
                    capacity_per_instance: 1,
                    max_use_count: 1,
                    max_instances: 20,
                    connector_config: { username: "azureuser", password, use_static_credentials: true, timeout: "10m" },
                    policy: [{ idle_count: 3, idle_time: "20m" }],
                },
            },
        },
    ],
});
