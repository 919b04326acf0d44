import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { ConfigTomlError, type ParsedConfig, parseConfigToml } from "../core/config-toml";
import type { Problem } from "../core/problems";
import type { Host } from "../hosts/host";
import { thisHost } from "../hosts/local";
import { FileProblem, type FileText, readRegularFile } from "../hosts/regular-file";
import { UsageError } from "./exit";
import type { Io } from "./io";
import { parseRemote, type RemotePath, readRemote } from "./remote-config";

/** A host's config.toml, read as gitlab-runner reads it, and what lies beside it. */
export interface ConfigFile {
    path: string;
    config: ParsedConfig;
    /** Folder of the file; absent for standard input. */
    folder?: string;
    /** Content of `.runner_system_id` beside it. */
    systemId?: string;
    /** Whether the file has no write permission for anybody. */
    readOnly: boolean;
    /** The host that the file is on; absent for this machine. */
    on?: RemotePath;
    /** The machine that it was read on; absent for standard input. */
    host?: Host;
    /** Where on this machine a certificate can be read that the file names, or that lies beside it. */
    certificateAt(path: string): string | undefined;
    /** Lets go of a host. */
    close(): void;
}

/** Stands in a text for bytes that are no UTF-8. */
const REPLACED = "\ufffd";

/** Reads a config.toml: of this machine, `ssh://[user@]host[:port]/path` of a host, or `-`, standard input. */
export async function readConfigFile(io: Io, file: string, { sudo = false } = {}): Promise<ConfigFile> {
    const remote = parseRemote(file, sudo);
    if (remote !== undefined) return readFromHost(file, remote);
    const here = { certificateAt: existing, close: () => {} };
    if (file === "-") {
        return { path: "standard input", config: parse(file, await io.readInput()), readOnly: false, ...here };
    }
    const read = await readFile(file);
    const folder = path.dirname(path.resolve(file));
    return {
        path: file,
        config: parse(file, read.text, read.bytes),
        folder,
        systemId: await readSystemId(folder),
        readOnly: isReadOnly(read.stat.mode),
        host: thisHost,
        ...here,
    };
}

async function readFromHost(file: string, on: RemotePath): Promise<ConfigFile> {
    const { host, text, mode, folder, systemId, copyAuthorities, close } = await readRemote(on);
    try {
        const config = parse(file, text);
        const certificateAt = await copyAuthorities(config.workers);
        return { path: file, config, folder, systemId, readOnly: isReadOnly(mode), on, host, certificateAt, close };
    } catch (error) {
        close();
        throw error;
    }
}

/** `bytes` are what the text was read from, where they are known: of those that are no UTF-8 it has lost what they were. */
function parse(file: string, text: string, bytes?: Buffer): ParsedConfig {
    try {
        if (bytes === undefined ? text.includes(REPLACED) : !isUtf8(bytes)) throw new ConfigTomlError([notUtf8(text)]);
        return parseConfigToml(text);
    } catch (error) {
        if (!(error instanceof ConfigTomlError)) throw error;
        throw new UsageError(`${file}: gitlab-runner cannot load this file.\n${error.message}`);
    }
}

/** gitlab-runner refuses a whole file for one letter in another encoding, also in a comment. */
function notUtf8(text: string): Problem {
    const line = text.split("\n").findIndex((each) => each.includes(REPLACED)) + 1;
    return { path: `line ${line}:`, message: "is not UTF-8. Save the file as UTF-8.", severity: "error" };
}

function isReadOnly(mode: number): boolean {
    return (mode & 0o222) === 0;
}

function existing(file: string): string | undefined {
    return existsSync(file) ? file : undefined;
}

async function readFile(file: string): Promise<FileText> {
    try {
        const read = await readRegularFile(file);
        if (read !== undefined) return read;
    } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        const { says, code, remedy } = error;
        throw new UsageError(
            code === "EFTYPE"
                ? `--config ${file} ${says}. To read what a program prints, pipe it into --config -.`
                : `--config ${file} ${says} (${code}). ${code === "EISDIR" ? "Name the config.toml in it." : remedy}`,
        );
    }
    throw new UsageError(`--config ${file} cannot be read (ENOENT). Correct the path.`);
}

async function readSystemId(folder: string): Promise<string | undefined> {
    try {
        const read = await readRegularFile(path.join(folder, ".runner_system_id"), { bytes: 64 * 1024 });
        return read?.text.trim() || undefined;
    } catch {
        return undefined;
    }
}
