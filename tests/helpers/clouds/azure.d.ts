// The part of @pulumi/azure-native that docs/autoscaling/azure.ts uses, from its documentation.
import type { CustomResource, CustomResourceOptions, Input, Output } from "@pulumi/pulumi";

export namespace resources {
    export class ResourceGroup extends CustomResource {
        readonly name: Output<string>;
        constructor(name: string, args: { resourceGroupName: Input<string> });
    }
}

export namespace compute {
    export interface Interface {
        name: string;
        primary: boolean;
        ipConfigurations: { name: string; subnet: { id: Input<string> } }[];
    }
    export class VirtualMachineScaleSet extends CustomResource {
        readonly name: Output<string>;
        constructor(
            name: string,
            args: {
                vmScaleSetName: Input<string>;
                resourceGroupName: Input<string>;
                orchestrationMode: "Uniform" | "Flexible";
                overprovision: Input<boolean>;
                upgradePolicy: { mode: "Manual" | "Automatic" | "Rolling" };
                sku: { name: Input<string>; tier: Input<string>; capacity: Input<number> };
                virtualMachineProfile: {
                    osProfile: {
                        computerNamePrefix: Input<string>;
                        adminUsername: Input<string>;
                        adminPassword: Input<string>;
                    };
                    storageProfile: { imageReference: { id: Input<string> } };
                    networkProfile: { networkInterfaceConfigurations: Interface[] };
                };
            },
            opts?: CustomResourceOptions,
        );
    }
}
