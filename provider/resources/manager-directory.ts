import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";

/** Name of gitlab-runner's configuration in the manager's directory. */
export const CONFIG_FILE = "config.toml";
const SYSTEM_ID_FILE = ".runner_system_id";
const FOREIGN_COPY = "config.toml.before-gitlab-fleet";
const EDITED_COPY = "config.toml.edited-by-hand";

/** What is in a manager's directory; absent when the file is. */
export interface ManagerDirectory {
    configToml?: string;
    systemId?: string;
    /** Whether others than the owner may read config.toml. */
    openToOthers: boolean;
}

/** Reads a manager's directory. A missing directory is an empty one. */
export function inspectFiles(directory: string): ManagerDirectory {
    const config = join(directory, CONFIG_FILE);
    return explaining(directory, () => {
        const configToml = readIfThere(config);
        const mode = configToml === undefined || process.platform === "win32" ? 0 : fs.statSync(config).mode;
        return {
            configToml,
            systemId: readIfThere(join(directory, SYSTEM_ID_FILE))?.trim(),
            openToOthers: (mode & 0o077) !== 0,
        };
    });
}

/**
 * Writes both files, each whole or not at all. With `keepForeign` a config.toml that is there already and differs is
 * copied aside first, once: what somebody configured by hand must not be lost.
 */
export function writeFiles(
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
        writeWhole(join(directory, CONFIG_FILE), configToml);
        return { directoryCreated, keptAs };
    });
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
