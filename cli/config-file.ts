import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigTomlError, type ParsedConfig, parseConfigToml } from "../components/config-toml";
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
    const text = file === "-" ? await io.readInput() : readText(file);
    let config: ParsedConfig;
    try {
        config = parseConfigToml(text);
    } catch (error) {
        if (!(error instanceof ConfigTomlError)) throw error;
        throw new UsageError(`${file}: gitlab-runner cannot load this file.\n${error.message}`);
    }
    if (file === "-") return { path: "standard input", config, readOnly: false };
    const folder = path.dirname(path.resolve(file));
    return {
        path: file,
        config,
        folder,
        systemId: readSystemId(folder),
        readOnly: (fs.statSync(file).mode & 0o222) === 0,
    };
}

function readText(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const remedy = code === "EACCES" ? "Run it as root or as gitlab-runner's user." : "Correct the path.";
        throw new UsageError(`--config ${file} cannot be read (${code}). ${remedy}`);
    }
}

function readSystemId(folder: string): string | undefined {
    try {
        return fs.readFileSync(path.join(folder, ".runner_system_id"), "utf8").trim() || undefined;
    } catch {
        return undefined;
    }
}
