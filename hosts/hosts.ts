import type { Host } from "./host";
import { thisHost } from "./local";
import type { SshOptions } from "./ssh/address";
import { SshHost } from "./ssh/host";

const hosts = new Map<string, SshHost>();

/**
 * The host for some options. Callers with the same options share it, because each connection costs a login. Without
 * options, this machine.
 */
export function hostOf(options: SshOptions | undefined): Host {
    if (options === undefined) return thisHost;
    const { host, port, sudo, privateKey, knownHosts, connectTimeout } = options;
    const key = JSON.stringify([host, port, sudo ?? false, privateKey, knownHosts, connectTimeout]);
    const found = hosts.get(key) ?? new SshHost(options);
    hosts.set(key, found);
    return found;
}

/** Closes all connections. The next call opens a new one. */
export function closeHosts(): void {
    for (const host of hosts.values()) host.close();
    hosts.clear();
}
