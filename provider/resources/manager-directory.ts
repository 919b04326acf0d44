import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Name of gitlab-runner's configuration in the manager's directory. */
export const CONFIG_FILE = "config.toml";
const SYSTEM_ID_FILE = ".runner_system_id";
const FOREIGN_COPY = "config.toml.before-gitlab-fleet";
const EDITED_COPY = "config.toml.edited-by-hand";

/** How long a write that has begun may take to end. */
const SETTLE_MS = 20;

/** What is in a manager's directory; absent when the file is. */
export interface ManagerDirectory {
    configToml?: string;
    systemId?: string;
    /** Whether others than the owner may read config.toml. */
    openToOthers: boolean;
    /** Whether config.toml is there and its owner may not write it. */
    readOnly: boolean;
}

/** Reads a manager's directory. A missing directory is an empty one. */
export function inspectFiles(directory: string): ManagerDirectory {
    const config = join(directory, CONFIG_FILE);
    return explaining(directory, () => {
        const configToml = readIfThere(config);
        const mode = configToml === undefined || process.platform === "win32" ? 0o600 : fs.statSync(config).mode;
        return {
            configToml,
            systemId: readIfThere(join(directory, SYSTEM_ID_FILE))?.trim(),
            openToOthers: (mode & 0o077) !== 0,
            readOnly: (mode & 0o200) === 0,
        };
    });
}

/**
 * Makes the directory, with the manager's identity in it. With `keepForeign` a config.toml that is there already and
 * differs is copied aside first, once: what somebody configured by hand must not be lost.
 */
export function prepareFiles(
    directory: string,
    configToml: string,
    systemId: string,
    options: { keepForeign: boolean },
): { directoryCreated: boolean; keptAs?: string } {
    return explaining(directory, () => {
        // Without `recursive` a parent that is missing would be an error, and with it the answer is the first one made.
        const directoryCreated = fs.mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined;
        const existing = readIfThere(join(directory, CONFIG_FILE));
        let keptAs: string | undefined;
        if (options.keepForeign && existing !== undefined && existing !== configToml) {
            keptAs = FOREIGN_COPY;
            if (!fs.existsSync(join(directory, FOREIGN_COPY))) {
                writeWhole(join(directory, FOREIGN_COPY), existing);
            }
        }
        // gitlab-runner reads the id when it starts to use the configuration, so the id goes first.
        writeWhole(join(directory, SYSTEM_ID_FILE), systemId);
        return { directoryCreated, keptAs };
    });
}

/** Writes config.toml, whole or not at all. */
export function writeConfig(directory: string, configToml: string): void {
    explaining(directory, () => writeWhole(join(directory, CONFIG_FILE), configToml));
}

/** What happened to a config.toml while it was to be replaced. */
export interface Replacement {
    /** Whether it was replaced. */
    replaced: boolean;
    /** What the process has written into it since it was read, if it has. */
    overtaken?: string;
}

/**
 * Replaces config.toml unless it is no longer what was read: gitlab-runner writes into it when it rotates a token. What
 * it writes while the file is replaced is found, too.
 */
export async function replaceConfig(
    directory: string,
    configToml: string,
    read: string | undefined,
): Promise<Replacement> {
    const old = explaining(directory, () => openIfThere(join(directory, CONFIG_FILE)));
    if (old === undefined) {
        writeConfig(directory, configToml);
        return { replaced: true };
    }
    try {
        const replaced = contentOf(old) === read;
        if (replaced) writeConfig(directory, configToml);
        // What it had begun to write goes into the old file, which only this descriptor can still see.
        await delay(SETTLE_MS);
        const now = contentOf(old);
        return { replaced, overtaken: now === read ? undefined : now };
    } finally {
        fs.closeSync(old);
    }
}

/**
 * Deletes the two files, and the directory when it was made for them and nothing else is in it. A config.toml that is
 * not what was written is renamed instead; its new name is returned.
 */
export function removeFiles(directory: string, written: string, directoryCreated: boolean): string | undefined {
    return explaining(directory, () => {
        const config = join(directory, CONFIG_FILE);
        const found = readIfThere(config);
        const edited = found !== undefined && found !== written;
        if (edited) {
            fs.renameSync(config, join(directory, EDITED_COPY));
        }
        fs.rmSync(config, { force: true });
        fs.rmSync(join(directory, SYSTEM_ID_FILE), { force: true });
        if (directoryCreated && fs.existsSync(directory) && fs.readdirSync(directory).length === 0) {
            fs.rmdirSync(directory);
        }
        return edited ? EDITED_COPY : undefined;
    });
}

/** Writes into a temporary neighbour and renames it: a reader sees the old text or the new one, nothing between. */
function writeWhole(path: string, text: string): void {
    const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
        const file = fs.openSync(temporary, "wx", 0o600);
        try {
            fs.writeFileSync(file, text);
            fs.fsyncSync(file);
        } finally {
            fs.closeSync(file);
        }
        fs.renameSync(temporary, path);
    } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw error;
    }
    syncDirectory(dirname(path));
}

/** Makes the rename itself survive a power cut. Windows cannot open directories. */
function syncDirectory(path: string): void {
    if (process.platform === "win32") {
        return;
    }
    const directory = fs.openSync(path, "r");
    try {
        fs.fsyncSync(directory);
    } finally {
        fs.closeSync(directory);
    }
}

function openIfThere(path: string): number | undefined {
    try {
        return fs.openSync(path, "r");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
    }
}

/** The whole file, whatever has been read of it before. */
function contentOf(file: number): string {
    const bytes = Buffer.alloc(fs.fstatSync(file).size);
    return bytes.toString("utf8", 0, fs.readSync(file, bytes, 0, bytes.length, 0));
}

function readIfThere(path: string): string | undefined {
    try {
        return fs.readFileSync(path, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") {
            return undefined;
        }
        throw error;
    }
}

/** Names the directory and the remedy; the operating system's own words name temporary files nobody knows. */
function explaining<T>(directory: string, run: () => T): T {
    try {
        return run();
    } catch (error) {
        const { code = "unknown error", message } = error as NodeJS.ErrnoException;
        const remedy =
            code === "EACCES" || code === "EPERM"
                ? "Run it as a user who may, or choose a directory of your own."
                : code === "ENOSPC"
                  ? "Make room on the disk."
                  : `(${message.replace(/\.[0-9a-f]{12}\.tmp/g, "")})`;
        throw new Error(`ManagerFiles: the files in ${directory} cannot be read or written (${code}). ${remedy}`);
    }
}
