import type * as pulumi from "@pulumi/pulumi";
import type { Cost } from "../kind";
import { OWNER_COSTS, type OwnerOptions, SERVICE_COSTS, type ServiceOptions } from "../service";

/** A directory of the machine on which `pulumi up` runs, where a gitlab-runner process finds its files. */
export interface DirectoryPlacement extends OwnerOptions, ServiceOptions {
    /** Absolute, or relative to the folder of `Pulumi.yaml`, for instance `/etc/gitlab-runner`. A change replaces the files. */
    directory: pulumi.Input<string>;
}

/** What a change of each option does. */
export const DIRECTORY_COSTS = {
    directory: "moves the files",
    ...OWNER_COSTS,
    ...SERVICE_COSTS,
} as const satisfies Record<keyof DirectoryPlacement, Cost>;
