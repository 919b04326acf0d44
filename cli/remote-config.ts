import { posix } from "node:path";
import { parseAddress, type SshAddress, withoutPassword } from "../core/ssh/address";
import { Failed } from "./exit";

/** A file on a host, and how to reach the host. */
export interface RemotePath extends SshAddress {
    path: string;
    sudo: boolean;
}

/** Checks all values of `--config` before any host is contacted, and `--sudo`, which is only for hosts. */
export function parseRemotes(files: readonly string[], sudo = false): void {
    const remote = files.filter((file) => parseRemote(file, sudo) !== undefined);
    if (sudo && remote.length === 0) {
        throw new Failed(
            "--sudo is for a --config on a host: ssh://ci@vm-01/etc/gitlab-runner/config.toml. " +
                "For a file of this machine, run the command itself with sudo.",
        );
    }
}

/** The file on a host that `--config ssh://…` names; undefined for a path on this machine. */
export function parseRemote(file: string, sudo: boolean): RemotePath | undefined {
    const [, address, path] = /^(ssh:\/\/[^/]*)(.*)$/s.exec(file) ?? [];
    if (address === undefined) return undefined;
    const parsed = parseAddress(address);
    if ("problem" in parsed) throw new Failed(`--config ${withoutPassword(file)} ${parsed.problem}`);
    if (!path || posix.basename(path) === "" || path.endsWith("/") || /\p{Cc}/u.test(path)) {
        throw new Failed(
            `--config ${withoutPassword(file)} names no file. For instance ${address}/etc/gitlab-runner/config.toml.`,
        );
    }
    return { ...parsed, path: posix.normalize(path), sudo };
}

/** `user@host`, as ssh takes it. */
export function loginOf({ user, host }: SshAddress): string {
    return user === undefined ? host : `${user}@${host}`;
}
