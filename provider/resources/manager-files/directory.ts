import { basename, dirname } from "node:path";
import { type DirectoryOwner, formatOwner, managerOf, OWNER_FILE, parseOwner } from "../../../core/owner-file";
import { type FileFound, hashOf, type Operation, type Sight, type Write } from "../../../hosts/host";
import { isOpenToOthers } from "../../../hosts/kept-file";
import { FileProblem } from "../../../hosts/regular-file";
import { HostProblem } from "../../../hosts/ssh/problems";
import { remedyFor } from "../manager-place/place";
import { CONFIG_FILE, type Located, pathsIn, SYSTEM_ID_FILE, textIn } from "../manager-place/sight";

/** Name of the copy of a config.toml that is not ours. */
export const FOREIGN_COPY = "config.toml.before-gitlab-fleet";
/** Name of the copy of a config.toml that somebody has edited since we wrote it. */
export const EDITED_COPY = "config.toml.edited-by-hand";

/** A manager's directory, and its owner: `<project>/<stack>/<manager>`. */
type Place = Located & { owner: string };

/** The contents of a manager's directory; a property is absent if its file is. */
export interface ManagerDirectory {
    configToml?: string;
    configHash?: string;
    systemId?: string;
    /** The directory's owner, according to the file in it. */
    owner?: DirectoryOwner;
    /** Hash of that file. */
    ownerHash?: string;
    /** Whether users other than the owner and a group with access may read config.toml. */
    openToOthers: boolean;
    /** Whether config.toml exists and its owner may not write it. */
    readOnly: boolean;
}

/** A directory could not be read or written. */
export class DirectoryProblem extends Error {
    constructor(
        message: string,
        /** Whether another user might be able to. */
        readonly forbidden: boolean,
    ) {
        super(message);
    }
}

/** The contents of a manager's directory, from a look into it. Throws for a file that cannot be read. */
export function inspectFiles(located: Place, sight: Sight): ManagerDirectory {
    try {
        const configToml = textIn(sight, CONFIG_FILE);
        const { mode = 0o600, hash }: Partial<FileFound> = sight.files[CONFIG_FILE]!.found ?? {};
        const owner = textIn(sight, OWNER_FILE);
        return {
            configToml,
            configHash: hash,
            systemId: textIn(sight, SYSTEM_ID_FILE)?.trim(),
            owner: owner === undefined ? undefined : parseOwner(owner),
            ownerHash: sight.files[OWNER_FILE]!.found?.hash,
            openToOthers: isOpenToOthers(mode),
            readOnly: (mode & 0o200) === 0,
        };
    } catch (error) {
        throw explain(located, error);
    }
}

interface Wanted {
    configToml: string;
    systemId: string;
    owner: DirectoryOwner;
}

interface Delivery {
    /**
     * Name of the copy that is made first of an existing, different config.toml: a configuration by hand must not be
     * lost. Content with one of the hashes `ours` needs no copy.
     */
    keep: { as: string; ours: readonly string[] };
    /** If gitlab-runner writes into the file: the hash of what was read, `null` if there was none. */
    over?: string | null;
    /**
     * The hash of the owner file that was read, `null` if there was none: of two writers that both read it, only one
     * gets the directory.
     */
    overOwner: string | null;
}

interface Delivered {
    directoryCreated: boolean;
    /** Name of the copy, if one was made. */
    keptAs?: string;
    replaced: boolean;
    /** What the process has written into the file since it was read, if anything. */
    overtaken?: string;
}

/**
 * Creates the directory, and writes the owner's name, the manager's identity and config.toml into it, all in one
 * change.
 */
export async function deliver(
    located: Place,
    { configToml, systemId, owner }: Wanted,
    { keep, over, overOwner }: Delivery,
): Promise<Delivered> {
    const { directory } = located;
    const { config, systemId: id } = pathsIn(located);
    const unless = [hashOf(configToml), ...keep.ours];
    const outcomes = await change(located, [
        { do: "make directory", path: directory },
        { do: "copy aside", path: config, name: keep.as, unless },
        { ...writeOwner(located, configToml, owner), over: overOwner, must: true },
        // gitlab-runner reads the id when it starts to use the configuration, so the id goes first.
        { do: "write", path: id, text: systemId, beside: config },
        writeConfig(located, configToml, over),
    ]);
    return {
        directoryCreated: outcomes[0]!.done,
        keptAs: nameIn(directory, outcomes[1]!.copy),
        replaced: outcomes.at(-1)!.done,
        overtaken: outcomes.at(-1)!.overtaken,
    };
}

/** Writes config.toml, and records in the directory what was written. */
export async function rewriteConfig(
    located: Place,
    configToml: string,
    owner: DirectoryOwner,
    over: string | null,
): Promise<Pick<Delivered, "replaced" | "overtaken">> {
    const outcomes = await change(located, [
        writeOwner(located, configToml, owner),
        writeConfig(located, configToml, over),
    ]);
    return { replaced: outcomes[1]!.done, overtaken: outcomes[1]!.overtaken };
}

/**
 * Deletes the manager's files, and the directory if it was created for them and is otherwise empty. A config.toml that
 * was changed is renamed instead; its new name is returned. A symbolic link stays.
 */
export async function removeFiles(
    located: Place,
    found: ManagerDirectory,
    sight: Sight,
    made: { hashes: readonly string[]; systemId: string; directoryCreated: boolean },
): Promise<string | undefined> {
    const { directory } = located;
    const { config, systemId, owner } = pathsIn(located);
    const id = sight.files[SYSTEM_ID_FILE]!.found;
    const isOurId = id !== undefined && found.systemId === made.systemId;
    const outcomes = await change(located, [
        { do: "copy aside", path: config, name: EDITED_COPY, unless: made.hashes },
        { do: "remove", path: config },
        ...(isOurId ? [{ do: "remove" as const, path: systemId, only: id.hash }] : []),
        { do: "remove", path: owner },
        ...(made.directoryCreated ? [{ do: "remove directory" as const, path: directory }] : []),
    ]);
    return nameIn(directory, outcomes[0]!.copy);
}

function writeConfig(located: Located, text: string, over: string | null | undefined): Write {
    return { do: "write", path: pathsIn(located).config, text, secret: true, over };
}

function writeOwner(located: Located, configToml: string, owner: DirectoryOwner): Write {
    const paths = pathsIn(located);
    const text = formatOwner({ ...owner, wrote: hashOf(configToml) });
    return { do: "write", path: paths.owner, text, mode: 0o644, beside: paths.config };
}

/** A file's name if it is in the directory; its path if a link led out of it. */
function nameIn(directory: string, path: string | undefined): string | undefined {
    return path !== undefined && dirname(path) === directory ? basename(path) : path;
}

async function change(located: Place, operations: readonly Operation[]) {
    try {
        return await located.host.change(operations);
    } catch (error) {
        throw explain(located, error);
    }
}

/** Names the directory and the remedy; the operating system's own message names temporary files that nobody knows. */
function explain({ host, directory, owner }: Place, error: unknown): unknown {
    const subject = `ManagerFiles "${managerOf(owner)}":`;
    if (error instanceof HostProblem) return new Error(`${subject} ${error.message}`);
    const { code = "unknown error", message } = error as NodeJS.ErrnoException;
    if (code === "EOVERTAKEN") {
        const who = `another pulumi up is at work there, or somebody has just changed ${OWNER_FILE}`;
        return new Error(
            `${subject} ${host.at(directory)}: ${who}. Nothing was written. Run it again once that is over.`,
        );
    }
    const forbidden = code === "EACCES" || code === "EPERM";
    const remedy =
        error instanceof FileProblem && !forbidden
            ? `${basename(error.path)} ${error.says}. ${error.remedy}`
            : remedyFor(host, code, message.replace(/\.[0-9a-f]{12}\.tmp/g, ""));
    return new DirectoryProblem(
        `${subject} the files in ${host.at(directory)} cannot be read or written (${code}). ${remedy}`,
        forbidden,
    );
}
