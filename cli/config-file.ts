import * as path from "node:path";
import { ConfigTomlError, type ParsedConfig, type ParsedWorker, parseConfigToml } from "../core/config-toml";
import type { Problem } from "../core/problems";
import { labelOf } from "../core/ssh/address";
import { type FileFound, type FileSeen, type Host, hashOf } from "../hosts/host";
import { closeHosts, hostOf } from "../hosts/hosts";
import { HostProblem } from "../hosts/ssh/problems";
import { Failed } from "./exit";
import type { Io } from "./io";
import { loginOf, parseRemote, type RemotePath } from "./remote-config";

/** A host's config.toml, read as gitlab-runner reads it, and files next to it. */
export interface ConfigFile {
    path: string;
    config: ParsedConfig;
    /** Folder of the file; absent for standard input. */
    folder?: string;
    /** Content of `.runner_system_id` next to it. */
    systemId?: string;
    /** Whether nobody has write permission for the file. */
    readOnly: boolean;
    /** The host that the file is on; absent for this machine. */
    on?: RemotePath;
    /** The machine that the file was read on; absent for standard input. */
    host?: Host;
    /** PEM certificates of the authorities that workers trust, by `authorityOf`; unreadable ones are left out. */
    authorities: ReadonlyMap<string, string>;
    /** Closes the connection to a host. */
    close(): void;
}

const SYSTEM_ID = { name: ".runner_system_id", bytes: 64 * 1024 };
const CERTIFICATES = 1024 * 1024;
/** Replaces bytes that are not UTF-8. */
const REPLACED = "\ufffd";

/** Reads a config.toml: a file on this machine, `ssh://[user@]host[:port]/path` on a host, or `-`, standard input. */
export async function readConfigFile(io: Io, file: string, { sudo = false } = {}): Promise<ConfigFile> {
    const on = parseRemote(file, sudo);
    if (file === "-") {
        const text = await io.readInput();
        const config = parse(file, text, !text.includes(REPLACED));
        const authorities = await readAuthorities(hostOf(undefined), undefined, config.workers);
        return { path: "standard input", config, readOnly: false, authorities, close: () => {} };
    }
    const host = hostOf(
        on && { host: `ssh://${labelOf({ host: loginOf(on), port: on.port })}`, ...(sudo ? { sudo } : {}) },
    );
    const { dirname, basename, resolve } = on === undefined ? path : path.posix;
    const folder = dirname(resolve(on?.path ?? file));
    const name = basename(resolve(on?.path ?? file));
    try {
        const { files } = await host.look(folder, [{ name }, SYSTEM_ID]);
        const found = foundIn(files[name]!, `--config ${on === undefined ? file : host.at(on.path)}`, host);
        const config = parse(file, found.text, hashOf(Buffer.from(found.text)) === found.hash);
        return {
            path: file,
            config,
            folder,
            systemId: files[SYSTEM_ID.name]!.found?.text.trim() || undefined,
            readOnly: (found.mode & 0o222) === 0,
            ...(on === undefined ? {} : { on }),
            host,
            authorities: await readAuthorities(host, folder, config.workers),
            close: closeHosts,
        };
    } catch (error) {
        closeHosts();
        throw error instanceof HostProblem ? new Failed(inWordsOfConfig(error.message)) : error;
    }
}

/** Replaces names of placement arguments in a message about a host by what `--config` calls them. */
function inWordsOfConfig(message: string): string {
    return message.replace(/\bssh\.(host|port)\b/g, (_, part: string) => `the ${part} in --config`);
}

function foundIn({ found, problem }: FileSeen, where: string, { remote }: Host): FileFound {
    if (problem !== undefined) {
        const { says, code, remedy, forbidden } = problem;
        if (code === "EFTYPE" && !remote)
            throw new Failed(`${where} ${says}. To read what a program prints, pipe it into --config -.`);
        const local = code === "EISDIR" ? "Name the config.toml in it." : remedy;
        const there = forbidden ? "Log in as root or as gitlab-runner's user, or give --sudo." : remedy;
        throw new Failed(`${where} ${says} (${code}). ${remote ? there : local}`);
    }
    if (found === undefined) throw new Failed(`${where} cannot be read (ENOENT). Correct the path.`);
    return found;
}

function parse(file: string, text: string, isUtf8: boolean): ParsedConfig {
    try {
        if (!isUtf8) throw new ConfigTomlError([notUtf8(text)]);
        return parseConfigToml(text);
    } catch (error) {
        if (!(error instanceof ConfigTomlError)) throw error;
        throw new Failed(`${file}: gitlab-runner cannot load this file.\n${error.message}`);
    }
}

/** gitlab-runner refuses a whole file for one letter in another encoding, even in a comment. */
function notUtf8(text: string): Problem {
    const line = text.split("\n").findIndex((each) => each.includes(REPLACED)) + 1;
    return { path: `line ${line}:`, message: "is not UTF-8. Save the file as UTF-8.", severity: "error" };
}

/**
 * Path of the certificate authority that a worker trusts: `tls-ca-file`, otherwise `certs/<host>.crt` next to its
 * config.toml. The file may be missing.
 */
export function authorityOf(worker: ParsedWorker, folder: string | undefined): string | undefined {
    const given = worker.config["tls-ca-file"];
    if (typeof given === "string" && given !== "") return given;
    if (folder === undefined || !URL.canParse(worker.url)) return undefined;
    // Paths on another machine have slashes, whatever those of this one have.
    const { join } = folder.startsWith("/") ? path.posix : path;
    return join(folder, "certs", `${new URL(worker.url).hostname}.crt`);
}

/** Unreadable files are left out: GitLab's certificate is then checked with the authorities known here. */
async function readAuthorities(
    host: Host,
    folder: string | undefined,
    workers: readonly ParsedWorker[],
): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    const { dirname, basename, isAbsolute } = host.remote ? path.posix : path;
    for (const file of new Set(workers.flatMap((worker) => authorityOf(worker, folder) ?? []))) {
        if (host.remote && !isAbsolute(file)) continue;
        const name = basename(file);
        const { files } = await host.look(dirname(file), [{ name, bytes: CERTIFICATES }]);
        const text = files[name]!.found?.text;
        if (text !== undefined) texts.set(file, text);
    }
    return texts;
}
