// An auto scaling group that only gitlab-runner scales, and a manager whose instance role allows that.
import * as aws from "@pulumi/aws";
import { Runner, RunnerManager } from "gitlab-fleet";

const template = new aws.ec2.LaunchTemplate("ci", {
    imageId: "ami-0123456789abcdef0", // with Docker, and ubuntu in the group docker
    instanceType: "m7i.large",
});

const group = new aws.autoscaling.Group("ci", {
    name: "ci-runners",
    minSize: 0,
    maxSize: 20,
    vpcZoneIdentifiers: ["subnet-0123456789abcdef0"],
    launchTemplate: { id: template.id, version: "$Latest" },
    // No aws.autoscaling.Policy, and no desiredCapacity: both would scale behind gitlab-runner's back.
    protectFromScaleIn: true,
    suspendedProcesses: ["AZRebalance"],
    waitForCapacityTimeout: "0",
    forceDelete: true,
});

// What the plugin calls; its README has the full list. Attach this policy to the role of the manager's instance.
export const policy = new aws.iam.Policy("scale-ci", {
    policy: {
        Version: "2012-10-17",
        Statement: [
            {
                Effect: "Allow",
                Action: ["autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances"],
                Resource: "*",
            },
            {
                Effect: "Allow",
                Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
                Resource: group.arn,
            },
            { Effect: "Allow", Action: ["ec2-instance-connect:SendSSHPublicKey"], Resource: "*" },
        ],
    },
});

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
                    plugin: "aws:1",
                    plugin_config: { name: group.name, region: "eu-central-1" },
                    capacity_per_instance: 1,
                    max_use_count: 1,
                    max_instances: 20,
                    connector_config: { username: "ubuntu" },
                    policy: [
                        { idle_count: 0, idle_time: "10m" },
                        {
                            periods: ["* 7-18 * * mon-fri"],
                            timezone: "Europe/Berlin",
                            idle_count: 3,
                            idle_time: "20m",
                        },
                    ],
                },
            },
        },
    ],
});
