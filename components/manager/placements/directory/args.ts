import type * as pulumi from "@pulumi/pulumi";
import type { OwnerOptions, ServiceOptions } from "../service";

/** A directory of the machine on which `pulumi up` runs, where a gitlab-runner process finds its files. */
export interface DirectoryPlacement extends OwnerOptions, ServiceOptions {
    /** Absolute, or relative to the folder of `Pulumi.yaml`, such as `/etc/gitlab-runner`. A change moves the files. */
    directory: pulumi.Input<string>;
}
