import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { copyAside, isOpenToOthers, syncDirectory, targetOf, writeWhole } from "../../../hosts/kept-file";
import { FileProblem, readRegularFile, refuseIrregular } from "../../../hosts/regular-file";
import { type DirectoryOwner, formatOwner, OWNER_FILE, readOwner } from "../manager-place/owner";

/** Name of gitlab-runner's configuration in the manager's directory. */
export const CONFIG_FILE = "config.toml";
/** Name of the file with the manager's identity, beside it. */
export const SYSTEM_ID_FILE = ".runner_system_id";
const FOREIGN_COPY = "config.toml.before-gitlab-fleet";
const EDITED_COPY = "config.toml.edited-by-hand";

/** How long a write that has begun may take to end. */
const SETTLE_MS = 20;
/** A system id has 14 characters. */
const SYSTEM_ID_LIMIT = 64 * 1024;

/** What is in a manager's directory; absent when the file is. */
export interface ManagerDirectory {
    configToml?: string;
    systemId?: string;
    /** Whose the directory is, as a file in it says. */
    owner?: DirectoryOwner;
    /** Whether others than the owner and a group it was given to may read config.toml. */
    openToOthers: boolean;
    /** Whether config.toml is there and its owner may not write it. */
    readOnly: boolean;
}

/** A directory could not be read or written. */
export class DirectoryProblem extends Error {
    constructor(
        message: string,
        /** Whether another user might. */
        readonly forbidden: boolean,
    ) {
        super(message);
    }
}

/** Reads a manager's directory. A missing directory is an empty one. */
export function inspectFiles(directory: string): Promise<ManagerDirectory> {
    return explaining(directory, async () => {
        const config = await readRegularFile(join(directory, CONFIG_FILE));
        const systemId = await readRegularFile(join(directory, SYSTEM_ID_FILE), { bytes: SYSTEM_ID_LIMIT });
        const mode = config === undefined || process.platform === "win32" ? 0o600 : config.stat.mode;
        return {
            configToml: config?.text,
            systemId: systemId?.text.trim(),
            owner: await readOwner(directory),
            openToOthers: isOpenToOthers(mode),
            readOnly: (mode & 0o200) === 0,
        };
    });
}

/**
 * Makes the directory, with its owner's name and the manager's identity in it. A config.toml that is there already and
 * differs is copied aside first where `keep` says so: what somebody configured by hand must not be lost. `unless-written`
 * makes no copy of what we wrote there ourselves.
 */
export function prepareFiles(
    directory: string,
    configToml: string,
    systemId: string,
    options: { keep: "always" | "unless-written" | "never"; owner: DirectoryOwner },
): Promise<{ directoryCreated: boolean; keptAs?: string }> {
    return explaining(directory, async () => {
        // Without `recursive` a parent that is missing would be an error, and with it the answer is the first one made.
        const directoryCreated = fs.mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined;
        const config = join(directory, CONFIG_FILE);
        const existing = (await readRegularFile(config))?.text;
        const written = options.keep === "unless-written" ? (await readOwner(directory))?.wrote : undefined;
        let keptAs: string | undefined;
        if (
            options.keep !== "never" &&
            existing !== undefined &&
            existing !== configToml &&
            hashOf(existing) !== written
        ) {
            keptAs = nameIn(directory, copyAside(config, FOREIGN_COPY));
        }
        writeOwner(directory, { ...options.owner, wrote: hashOf(configToml) });
        // gitlab-runner reads the id when it starts to use the configuration, so the id goes first.
        writeWhole(join(directory, SYSTEM_ID_FILE), systemId, { beside: config });
        return { directoryCreated, keptAs };
    });
}

/** Writes config.toml, whole or not at all. */
export function writeConfig(directory: string, configToml: string): Promise<void> {
    return explaining(directory, async () => writeWhole(join(directory, CONFIG_FILE), configToml, { secret: true }));
}

/** Says in the directory what was written in the end, where that is not what was to be written. */
export function noteWritten(directory: string, configToml: string, owner: DirectoryOwner): Promise<void> {
    return explaining(directory, async () => writeOwner(directory, { ...owner, wrote: hashOf(configToml) }));
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
    const old = await explaining(directory, async () => openIfThere(join(directory, CONFIG_FILE)));
    if (old === undefined) {
        await writeConfig(directory, configToml);
        return { replaced: true };
    }
    try {
        // Nothing may come between the two but the process: no promise either.
        const replaced = await explaining(directory, async () => {
            if (contentOf(old) !== read) return false;
            writeWhole(join(directory, CONFIG_FILE), configToml, { secret: true });
            return true;
        });
        // What it had begun to write goes into the old file, which only this descriptor can still see.
        await delay(SETTLE_MS);
        const now = contentOf(old);
        return { replaced, overtaken: now === read ? undefined : now };
    } finally {
        fs.closeSync(old);
    }
}

/**
 * Deletes the manager's files, and the directory when it was made for them and nothing else is in it. A config.toml that
 * is not what was written is renamed instead; its new name is returned. A link that somebody made stays.
 */
export function removeFiles(
    directory: string,
    written: { configToml: string; systemId: string },
    directoryCreated: boolean,
): Promise<string | undefined> {
    return explaining(directory, async () => {
        const config = join(directory, CONFIG_FILE);
        const found = await readRegularFile(config);
        let keptAs: string | undefined;
        if (found !== undefined && found.text !== written.configToml) {
            keptAs = nameIn(directory, copyAside(config, EDITED_COPY));
        }
        fs.rmSync(targetOf(config), { force: true });
        const identity = join(directory, SYSTEM_ID_FILE);
        const systemId = await readRegularFile(identity, { bytes: SYSTEM_ID_LIMIT });
        if (systemId?.text.trim() === written.systemId) fs.rmSync(targetOf(identity), { force: true });
        fs.rmSync(join(directory, OWNER_FILE), { force: true });
        if (!fs.existsSync(directory)) return keptAs;
        if (directoryCreated && fs.readdirSync(directory).length === 0) {
            fs.rmdirSync(directory);
        } else {
            syncDirectory(directory);
        }
        return keptAs;
    });
}

function writeOwner(directory: string, owner: DirectoryOwner): void {
    writeWhole(join(directory, OWNER_FILE), formatOwner(owner), { mode: 0o644, beside: join(directory, CONFIG_FILE) });
}

function hashOf(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** A file's name where it is in the directory, and its path where a link led out of it. */
function nameIn(directory: string, path: string): string {
    return dirname(path) === directory ? basename(path) : path;
}

function openIfThere(path: string): number | undefined {
    try {
        const file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
        try {
            refuseIrregular(path, fs.fstatSync(file));
            return file;
        } catch (error) {
            fs.closeSync(file);
            throw error;
        }
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

/** Names the directory and the remedy; the operating system's own words name temporary files nobody knows. */
async function explaining<T>(directory: string, run: () => Promise<T>): Promise<T> {
    try {
        return await run();
    } catch (error) {
        const { code = "unknown error", message } = error as NodeJS.ErrnoException;
        const forbidden = code === "EACCES" || code === "EPERM";
        const remedy = forbidden
            ? "Run it as a user who may, or choose a directory of your own."
            : code === "ENOSPC"
              ? "Make room on the disk."
              : error instanceof FileProblem
                ? `${basename(error.path)} ${error.says}. ${error.remedy}`
                : `(${message.replace(/\.[0-9a-f]{12}\.tmp/g, "")})`;
        throw new DirectoryProblem(
            `ManagerFiles: the files in ${directory} cannot be read or written (${code}). ${remedy}`,
            forbidden,
        );
    }
}
