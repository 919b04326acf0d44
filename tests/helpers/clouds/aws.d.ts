// The part of @pulumi/aws that docs/autoscaling/aws.ts uses, from its documentation. The package itself is too large.
import type { CustomResource, Input, Output } from "@pulumi/pulumi";

export namespace ec2 {
    export class LaunchTemplate extends CustomResource {
        constructor(name: string, args: { imageId: Input<string>; instanceType: Input<string> });
    }
}

export namespace autoscaling {
    export class Group extends CustomResource {
        readonly arn: Output<string>;
        readonly name: Output<string>;
        constructor(
            name: string,
            args: {
                name: Input<string>;
                minSize: Input<number>;
                maxSize: Input<number>;
                vpcZoneIdentifiers: Input<string>[];
                launchTemplate: { id: Input<string>; version: Input<string> };
                protectFromScaleIn: Input<boolean>;
                suspendedProcesses: Input<string>[];
                waitForCapacityTimeout: Input<string>;
                forceDelete: Input<boolean>;
            },
        );
    }
}

export namespace iam {
    export interface Statement {
        Effect: "Allow" | "Deny";
        Action: string[];
        Resource: Input<string>;
    }
    export class Policy extends CustomResource {
        constructor(name: string, args: { policy: { Version: "2012-10-17"; Statement: Statement[] } });
    }
}
