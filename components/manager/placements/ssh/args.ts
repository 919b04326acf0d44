import type * as pulumi from "@pulumi/pulumi";
import type { OwnerOptions, ServiceOptions } from "../service";

/** A directory of another machine that is reached by the system's `ssh`, where a gitlab-runner process finds its files. */
export interface SshPlacement extends ServiceOptions {
    /** A directory of a host that ssh reaches. */
    ssh: SshHostOptions;
}

/** How a host is reached, and where its gitlab-runner finds its files. Nothing is installed there: a POSIX shell and coreutils will do. */
export interface SshHostOptions extends OwnerOptions {
    /** A name that `ssh` knows (`~/.ssh/config` counts), `user@host`, or `ssh://user@host:port`. Another machine gets the files anew. */
    host: pulumi.Input<string>;
    /** Absolute, for instance `/etc/gitlab-runner`. A change replaces the files. */
    directory: pulumi.Input<string>;
    /** Whether files are looked at and written as root, by `sudo -n`: without a password. @default false */
    sudo?: boolean;
    /** Port of its sshd. @default - that in `host`, else what `ssh` takes */
    port?: pulumi.Input<number>;
    /** Text of a private key without a passphrase; a secret, and kept in the state as one. @default - what `ssh` finds: an agent, `~/.ssh` */
    privateKey?: pulumi.Input<string>;
    /** Lines of a `known_hosts` file; no other host key counts then. @default - what `ssh` finds: `~/.ssh/known_hosts` */
    knownHosts?: pulumi.Input<string>;
    /** How long a connection may take, from `1s` to `10m`. @default "15s" */
    connectTimeout?: string;
    /** Whether a preview looks at the host, too. Without, it compares with the state and needs no key. @default false */
    look?: boolean;
}
