import type * as pulumi from "@pulumi/pulumi";

/** A directory of the machine on which `pulumi up` runs, where a gitlab-runner process finds its files. */
export interface DirectoryPlacement {
    /** Absolute, or relative to the folder of `Pulumi.yaml`, for instance `/etc/gitlab-runner`. A change replaces the files. */
    directory: pulumi.Input<string>;
    /**
     * Whether the directory is mounted on several machines, so that `up` may run on each of them. Without it only the
     * machine that wrote it first does. @default false
     */
    sharedBetweenMachines?: boolean;
    /**
     * The manager, `<project>/<stack>/<manager>`, that wrote the directory until now and whose it shall be no longer. Its
     * `config.toml` is kept aside. @default - a directory of another manager is refused
     */
    takeOverFrom?: string;
}
