import type * as pulumi from "@pulumi/pulumi";
import type { OwnerOptions, ServiceOptions } from "../service";

/**
 * A directory on another machine, reached with the system's `ssh`, in which a gitlab-runner process finds its files.
 */
export interface SshPlacement extends ServiceOptions {
    /** A directory on a host that `ssh` reaches. */
    ssh: SshHostOptions;
}

/**
 * How to reach a host, and where its gitlab-runner finds its files. Nothing is installed there: a POSIX shell and
 * coreutils are enough.
 */
export interface SshHostOptions extends OwnerOptions {
    /**
     * A name that `ssh` knows (also from `~/.ssh/config`), `user@host` or `ssh://user@host:port`. If the machine
     * changes, the files move there.
     */
    host: pulumi.Input<string>;
    /** Absolute path, such as `/etc/gitlab-runner`. A change moves the files. */
    directory: pulumi.Input<string>;
    /** Whether to read and write files as root, with `sudo -n`: without a password. @default false */
    sudo?: boolean;
    /** The host's sshd port. @default - that in `host`, else `ssh`'s default */
    port?: pulumi.Input<number>;
    /**
     * Text of a private key without a passphrase; a secret, and stored in the state as one.
     * @default - what `ssh` finds: an agent, `~/.ssh`
     */
    privateKey?: pulumi.Input<string>;
    /**
     * Lines of a `known_hosts` file; no other host keys are accepted. @default - what `ssh` finds: `~/.ssh/known_hosts`
     */
    knownHosts?: pulumi.Input<string>;
    /** Timeout for a connection, from `1s` to `10m`. @default "15s" */
    connectTimeout?: string;
    /** Whether a preview connects to the host. If not, it compares with the state and needs no key. @default false */
    look?: boolean;
}
