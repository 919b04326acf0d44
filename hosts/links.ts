import * as fs from "node:fs";
import { basename, dirname, join, parse, resolve, sep } from "node:path";

const MOST_LINKS = 16;
/** Where Linux shows what a process has open: what such a path leads to is the very same, whatever has its name by now. */
const OPEN_FILES = `/proc/${process.pid}/fd`;

/**
 * Where a path leads to in the end, there or not. Who may write a directory on the way could let root write anywhere through a
 * link, so a link is followed only when it is root's, ours, or of the owner of what it leads to.
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

/** A folder without the links on the way to it, there or not. Throws where one of them is not to be followed. */
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
 * Does something with a file by a path that stays the same file's while somebody puts a link in the place of a folder above it.
 * Only Linux has such paths.
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
        // Nobody knows a file by this name.
        if (error instanceof Error) error.message = error.message.replaceAll(opened, plain);
        throw error;
    } finally {
        fs.closeSync(folder);
    }
}

/** On a file system that knows no case, the name is told as the folder has it, and not as it was asked for. */
function anyCase(path: string): string {
    return path.normalize("NFC").toLowerCase();
}

/** What a link says, if it is one and may be followed. */
function nextOf(path: string): string | undefined {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isSymbolicLink()) return undefined;
    const next = fs.readlinkSync(path);
    // Asked by what the link said, and not by its name, under which something else may lie by now.
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

/** What is known of what a path leads to, if it is there. */
export function statIfThere(path: string): fs.Stats | undefined {
    try {
        return fs.statSync(path);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw error;
    }
}
