import * as path from "node:path";
import { ConfigTomlError, type ParsedConfig, parseConfigToml } from "../core/config-toml";
import { FileProblem, type FileText, readRegularFile } from "../hosts/regular-file";
import { UsageError } from "./exit";
import type { Io } from "./io";

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
}

/** Reads a config.toml; `-` is standard input. */
export async function readConfigFile(io: Io, file: string): Promise<ConfigFile> {
    const read = file === "-" ? undefined : await readFile(file);
    const text = read === undefined ? await io.readInput() : read.text;
    let config: ParsedConfig;
    try {
        config = parseConfigToml(text);
    } catch (error) {
        if (!(error instanceof ConfigTomlError)) throw error;
        throw new UsageError(`${file}: gitlab-runner cannot load this file.\n${error.message}`);
    }
    if (read === undefined) return { path: "standard input", config, readOnly: false };
    const folder = path.dirname(path.resolve(file));
    return {
        path: file,
        config,
        folder,
        systemId: await readSystemId(folder),
        readOnly: (read.stat.mode & 0o222) === 0,
    };
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
                : `--config ${file} ${says} (${code}). ${remedy}`,
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
