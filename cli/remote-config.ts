import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join as joinHere, posix } from "node:path";
import type { ParsedWorker } from "../core/config-toml";
import { labelOf, parseAddress, type SshAddress } from "../core/ssh/address";
import type { Host } from "../hosts/host";
import { closeHosts, hostOf } from "../hosts/hosts";
import { HostProblem } from "../hosts/ssh/problems";
import { authorityOf } from "./certificates";
import { Failed, UsageError } from "./exit";

const SMALL = 64 * 1024;
const CERTIFICATES = 1024 * 1024;
const SYSTEM_ID = ".runner_system_id";

/** Where a file on a host is, and how the host is reached. */
export interface RemotePath extends SshAddress {
    path: string;
    sudo: boolean;
}

/** The file on a host that `--config ssh://…` names; undefined for a path of this machine. */
export function parseRemote(file: string, sudo: boolean): RemotePath | undefined {
    const [, address, path] = /^(ssh:\/\/[^/]*)(.*)$/s.exec(file) ?? [];
    if (address === undefined) {
        if (sudo)
            throw new UsageError("--sudo is for a --config on a host: ssh://ci@vm-01/etc/gitlab-runner/config.toml.");
        return undefined;
    }
    const parsed = parseAddress(address);
    if ("problem" in parsed) throw new UsageError(`--config ${withoutPassword(file)} ${parsed.problem}`);
    if (!path || posix.basename(path) === "" || path.endsWith("/") || /\p{Cc}/u.test(path)) {
        throw new UsageError(
            `--config ${withoutPassword(file)} names no file. For instance ${address}/etc/gitlab-runner/config.toml.`,
        );
    }
    return { ...parsed, path: posix.normalize(path), sudo };
}

/** `user@host`, as ssh takes it. */
export function loginOf({ user, host }: SshAddress): string {
    return user === undefined ? host : `${user}@${host}`;
}

/** What was read of a host's config.toml, and what lies beside it. */
export interface RemoteConfig {
    host: Host;
    text: string;
    mode: number;
    folder: string;
    systemId?: string;
    /** Copies the authorities that workers trust, and tells where the copy of one is on this machine. */
    copyAuthorities(workers: readonly ParsedWorker[]): Promise<(path: string) => string | undefined>;
    /** Ends the connection and removes the copies. */
    close(): void;
}

/** Reads a config.toml on a host, with the limits of a local one. */
export async function readRemote({ path, sudo, ...address }: RemotePath): Promise<RemoteConfig> {
    const login = { host: loginOf(address), port: address.port };
    const host = hostOf({ host: `ssh://${labelOf(login)}`, ...(sudo ? { sudo } : {}) });
    const folder = posix.dirname(path);
    const name = posix.basename(path);
    let copies: string | undefined;
    const close = () => {
        closeHosts();
        if (copies !== undefined) fs.rmSync(copies, { recursive: true, force: true });
    };
    try {
        const { files } = await host.look(folder, [{ name }, { name: SYSTEM_ID, bytes: SMALL }]);
        const { found, problem } = files[name]!;
        const where = `--config ${host.at(path)}`;
        if (problem !== undefined) {
            const remedy = problem.forbidden ? FORBIDDEN : problem.remedy;
            throw new UsageError(`${where} ${problem.says} (${problem.code}). ${remedy}`);
        }
        if (found === undefined) throw new UsageError(`${where} cannot be read (ENOENT). Correct the path.`);
        return {
            host,
            text: found.text,
            mode: found.mode,
            folder,
            systemId: files[SYSTEM_ID]!.found?.text.trim() || undefined,
            async copyAuthorities(workers) {
                const wanted = new Set(workers.flatMap((worker) => authorityOf(worker, folder) ?? []));
                copies ??= fs.mkdtempSync(joinHere(tmpdir(), "gitlab-fleet-certs-"));
                return copyFiles(host, [...wanted].filter(posix.isAbsolute), copies);
            },
            close,
        };
    } catch (error) {
        close();
        throw error instanceof HostProblem ? new Failed(error.message) : error;
    }
}

const FORBIDDEN = "Log in as root or as gitlab-runner's user, or give --sudo.";

/** What cannot be read is left out: without it, GitLab's certificate is judged by the authorities known here. */
async function copyFiles(
    host: Host,
    paths: readonly string[],
    to: string,
): Promise<(path: string) => string | undefined> {
    const copied = new Map<string, string>();
    for (const path of paths) {
        const name = posix.basename(path);
        const { files } = await host.look(posix.dirname(path), [{ name, bytes: CERTIFICATES }]);
        const { found } = files[name]!;
        if (found === undefined) continue;
        const copy = joinHere(to, `${copied.size}.crt`);
        fs.writeFileSync(copy, found.text, { mode: 0o600 });
        copied.set(path, copy);
    }
    return (path) => copied.get(path);
}

function withoutPassword(file: string): string {
    return file.replace(/:[^:@/]*@/, ":…@");
}
