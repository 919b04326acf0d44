export { isPort, labelOf, parseAddress } from "../../core/ssh/address";

/** How to reach a host, as the user declares it. */
export interface SshOptions {
    /** A name that `ssh` knows (`~/.ssh/config` counts), `user@host`, or `ssh://user@host:port`. */
    host: string;
    /** @default - ssh's */
    port?: number;
    /** Whether to read and write files as root, with `sudo -n`. @default false */
    sudo?: boolean;
    /** Text of a private key without a passphrase. Secret. @default - ssh's: an agent, `~/.ssh` */
    privateKey?: string;
    /** Lines of a `known_hosts` file; no other host key is accepted then. @default - ssh's: `~/.ssh/known_hosts` */
    knownHosts?: string;
    /** Seconds that connecting may take. @default 15 */
    connectTimeout?: number;
}
