// The part of @pulumi/gcp that docs/autoscaling/googlecloud.ts uses, from its documentation.
import type { CustomResource, CustomResourceOptions, Input, Output } from "@pulumi/pulumi";

export namespace compute {
    export class InstanceTemplate extends CustomResource {
        readonly selfLink: Output<string>;
        constructor(
            name: string,
            args: {
                machineType: Input<string>;
                disks: { sourceImage: Input<string>; boot: Input<boolean>; autoDelete: Input<boolean> }[];
                networkInterfaces: { network: Input<string> }[];
            },
        );
    }
    export class InstanceGroupManager extends CustomResource {
        readonly name: Output<string>;
        readonly project: Output<string>;
        readonly zone: Output<string>;
        constructor(
            name: string,
            args: {
                name: Input<string>;
                project: Input<string>;
                zone: Input<string>;
                baseInstanceName: Input<string>;
                targetSize: Input<number>;
                versions: { instanceTemplate: Input<string> }[];
                instanceLifecyclePolicy: { defaultActionOnFailure: Input<string>; forceUpdateOnRepair: Input<string> };
            },
            opts?: CustomResourceOptions,
        );
    }
}
