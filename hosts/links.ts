import * as fs from "node:fs";
import { basename, dirname, join, parse, resolve, sep } from "node:path";

const MOST_LINKS = 16;
/**
 * Where Linux shows a process's open files: such a path leads to the same file even if its name now belongs to another.
 */
const OPEN_FILES = `/proc/${process.pid}/fd`;

/**
 * The path to which links finally lead, whether it exists or not. Anybody who may write a directory on the way could
 * use a link to make root write anywhere. So a link is followed only if it belongs to root, to us, or to the owner of
 * its target.
 */
export function targetOf(path: string): string {
    let target = path;
    for (let links = 0; links <= MOST_LINKS; links++) {
        judgeFolder(dirname(target));
        const next = nextOf(target);
        if (next === undefined) return target;
        target = resolve(dirname(target), next);
    }
    throw tooMany(path);
}

/** The path of a folder without links, whether it exists or not. Throws if a link on the way must not be followed. */
export function judgeFolder(folder: string): string {
    const { root } = parse(folder);
    let plain = root;
    let parts = folder.slice(root.length).split(sep);
    for (let links = 0; links <= MOST_LINKS; ) {
        const part = parts.shift();
        if (part === undefined) return plain;
        const path = part === ".." ? dirname(plain) : join(plain, part);
        const next = nextOf(path);
        if (next === undefined) plain = path;
        else {
            const { root: from } = parse(next);
            if (from !== "") plain = from;
            parts = [...next.slice(from.length).split(sep), ...parts];
            links++;
        }
    }
    throw tooMany(folder);
}

/**
 * Runs something on a path that keeps leading to the same file, even if somebody replaces a folder above it with a
 * link. Only Linux has such paths.
 */
export function held<T>(path: string, run: (path: string) => T): T {
    if (!fs.existsSync(OPEN_FILES)) return run(path);
    const plain = judgeFolder(dirname(path));
    const folder = fs.openSync(plain, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
    const opened = `${OPEN_FILES}/${folder}`;
    try {
        if (anyCase(fs.readlinkSync(opened)) !== anyCase(plain)) throw refused(`${plain} is being moved or replaced`);
        return run(join(opened, basename(path)));
    } catch (error) {
        // This name means nothing to a reader.
        if (error instanceof Error) error.message = error.message.replaceAll(opened, plain);
        throw error;
    } finally {
        fs.closeSync(folder);
    }
}

/** A case-insensitive file system reports the folder's own spelling, not the requested one. */
function anyCase(path: string): string {
    return path.normalize("NFC").toLowerCase();
}

/** The target of a link that may be followed; undefined if the path is not a link. */
function nextOf(path: string): string | undefined {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isSymbolicLink()) return undefined;
    const next = fs.readlinkSync(path);
    // Looks up the text of the link that was read, because the name may be another file by now.
    const trusted = [0, process.geteuid?.(), statIfThere(resolve(dirname(path), next))?.uid];
    if (process.platform !== "win32" && !trusted.includes(stat.uid)) {
        throw refused(`the link ${path} is of user ${stat.uid} and leads to a file of another`);
    }
    return next;
}

function refused(message: string): Error {
    return Object.assign(new Error(message), { code: "EPERM" });
}

function tooMany(path: string): Error {
    return Object.assign(new Error(`too many symbolic links from ${path}`), { code: "ELOOP" });
}

/** The status of a path's target; undefined if it does not exist. */
export function statIfThere(path: string): fs.Stats | undefined {
    try {
        return fs.statSync(path);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw error;
    }
}
