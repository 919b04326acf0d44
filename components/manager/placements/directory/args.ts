import type * as pulumi from "@pulumi/pulumi";
import type { Option } from "../options";
import { OWNER_OPTIONS, type OwnerOptions } from "../owner-problems";
import type { ServiceOptions } from "../service";

/** A directory of the machine on which `pulumi up` runs, where a gitlab-runner process finds its files. */
export interface DirectoryPlacement extends OwnerOptions, ServiceOptions {
    /** Absolute, or relative to the folder of `Pulumi.yaml`, for instance `/etc/gitlab-runner`. A change replaces the files. */
    directory: pulumi.Input<string>;
}

/** The same for editors and the documentation. */
export const DIRECTORY_OPTIONS = {
    directory: { meaning: "Absolute, or relative to the folder of Pulumi.yaml.", change: "moves the files" },
    ...OWNER_OPTIONS,
} as const satisfies Record<Exclude<keyof DirectoryPlacement, keyof ServiceOptions>, Option>;
