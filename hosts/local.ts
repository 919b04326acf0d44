import { type ExecFileException, execFile } from "node:child_process";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { attempt } from "../core/attempt";
import {
    type Answer,
    type Command,
    type CopyAside,
    type DirectorySeen,
    type FileSeen,
    type Host,
    hashOf,
    MOST_PRINTED,
    type Operation,
    type Outcome,
    type Remove,
    ROOM_BYTES,
    ROOM_FILES,
    RUN_MS,
    SETTLE_MS,
    type Trouble,
    type Write,
} from "./host";
import { copyAside, syncDirectory, thisUser, writeWhole } from "./kept-file";
import { held, judgeFolder, targetOf } from "./links";
import { thisMachine } from "./machine";
import { FileProblem, openRegular, readRegularFile } from "./regular-file";

/** The machine on which this runs. */
export const thisHost: Host = {
    remote: false,
    at: (path) => path,

    async look(directory, files) {
        const seen = await Promise.all(
            files.map(async ({ name, bytes }) => [name, await see(join(directory, name), bytes)] as const),
        );
        return {
            machine: thisMachine(),
            user: thisUser(),
            directory: seeDirectory(directory),
            files: Object.fromEntries(seen),
        };
    },

    change: (operations) => oneByOne(operations, run),
    run: (commands) => oneByOne(commands, ask),
};

/** Runs an action on each thing in order, up to the first failure. */
async function oneByOne<Thing, Done>(things: readonly Thing[], act: (thing: Thing) => Promise<Done>): Promise<Done[]> {
    const done: Done[] = [];
    for (const thing of things) done.push(await act(thing));
    return done;
}

/** Runs a program. Kills it if it prints too much or does not end. */
function ask({ words, bytes = MOST_PRINTED, ms = RUN_MS }: Command): Promise<Answer> {
    const [program = "", ...args] = words;
    const env = { ...process.env, LC_ALL: "C" };
    const options = { env, timeout: ms, maxBuffer: bytes, windowsHide: true };
    return new Promise((resolve) => {
        const child = execFile(program, args, options, (error: ExecFileException | null, stdout, stderr) => {
            if (error?.code === "ENOENT") resolve({ code: 127, text: `${program}: not found` });
            else resolve({ code: codeOf(error), text: `${stdout}${stderr}`.slice(0, bytes) });
        });
        child.stdin?.on("error", () => {});
        child.stdin?.end();
    });
}

function codeOf(error: ExecFileException | null): number {
    if (error === null) return 0;
    return typeof error.code === "number" ? error.code : 1;
}

/**
 * Creates a directory and its parents; false if it exists. Creates them one by one: with its recursive option, Node.js
 * 20 hangs on a file system such as /proc, which reports a missing parent for a new directory.
 */
function makeDirectory(path: string): boolean {
    try {
        fs.mkdirSync(path, { mode: 0o700 });
        return true;
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EEXIST" && fs.statSync(path).isDirectory()) return false;
        if (code !== "ENOENT" || fs.existsSync(dirname(path)) || dirname(path) === path) throw error;
    }
    makeDirectory(dirname(path));
    return makeDirectory(path);
}

async function run(operation: Operation): Promise<Outcome> {
    const { path } = operation;
    switch (operation.do) {
        case "make directory":
            judgeFolder(path);
            return { done: makeDirectory(path) };
        case "copy aside":
            return copy(operation);
        case "write":
            return write(operation);
        case "remove":
            return remove(operation);
        case "remove directory":
            return { done: removeEmpty(path) };
    }
}

async function see(path: string, bytes: number | undefined): Promise<FileSeen> {
    const seen: FileSeen = { target: path, inFolder: true };
    try {
        const read = await readRegularFile(path, { bytes });
        if (read !== undefined) {
            const { uid, gid, mode } = read.stat;
            seen.found = { text: read.text, hash: hashOf(read.bytes), uid, gid, mode: modeOf(mode) };
        }
    } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        seen.problem = error;
    }
    try {
        seen.target = targetOf(path);
        seen.inFolder = seen.target === path || fs.existsSync(dirname(seen.target));
    } catch (error) {
        seen.link = troubleOf(error);
    }
    return seen;
}

/** Modes mean nothing on Windows. */
function modeOf(mode: number): number {
    return process.platform === "win32" ? 0o600 : mode & 0o7777;
}

/** The directory itself, or the one in which it would be created. */
function seeDirectory(directory: string): DirectorySeen {
    let existing = directory;
    while (!fs.existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
    try {
        if (!fs.statSync(existing).isDirectory()) return { existing, isDirectory: false };
        fs.accessSync(existing, fs.constants.W_OK | fs.constants.X_OK);
        return { existing, isDirectory: true, ...(isFull(existing) ? { trouble: FULL } : {}) };
    } catch (error) {
        return { existing, isDirectory: true, trouble: troubleOf(error) };
    }
}

const FULL: Trouble = { code: "ENOSPC", message: "no space left on device" };

/**
 * Whether too little space is left on a disk. A disk that does not report its size, as some network file systems,
 * counts as empty.
 */
function isFull(directory: string): boolean {
    const disk = attempt(() => fs.statfsSync(directory));
    if (disk === undefined) return false;
    const free = thisUser()?.uid === 0 ? disk.bfree : disk.bavail;
    return (disk.blocks > 0 && free * disk.bsize < ROOM_BYTES) || (disk.files > 0 && disk.ffree < ROOM_FILES);
}

function troubleOf(error: unknown): Trouble {
    const { code = "unknown error", message } = error as NodeJS.ErrnoException;
    return { code, message };
}

async function copy({ path, name, unless }: CopyAside): Promise<Outcome> {
    const found = await readRegularFile(path);
    if (found === undefined || unless.includes(hashOf(found.bytes))) return { done: false };
    return { done: true, copy: copyAside(path, name) };
}

/**
 * Replaces a file unless it has changed since it was read: gitlab-runner writes its config.toml when it rotates a
 * token. Also detects what gitlab-runner writes during the replacement.
 */
async function write({ path, text, over, must, ...options }: Write): Promise<Outcome> {
    const old = over === undefined ? undefined : openIfThere(path);
    if (old === undefined) {
        writeWhole(path, text, options);
        return { done: true };
    }
    try {
        // Nothing in this process may run between the two, so there must be no await.
        const done = hashOf(contentOf(old)) === over;
        if (done) writeWhole(path, text, options);
        else if (must) throw Object.assign(new Error(`${path} is not what it was`), { code: "EOVERTAKEN" });
        // What another process had begun to write goes into the old file, visible only through this descriptor.
        await delay(SETTLE_MS);
        const now = contentOf(old);
        return hashOf(now) === over ? { done } : { done, overtaken: now.toString("utf8") };
    } finally {
        fs.closeSync(old);
    }
}

async function remove({ path, only }: Remove): Promise<Outcome> {
    const found = await readRegularFile(path);
    if (found === undefined || (only !== undefined && hashOf(found.bytes) !== only)) return { done: false };
    held(targetOf(path), (target) => {
        fs.rmSync(target, { force: true });
        syncDirectory(dirname(target));
    });
    return { done: true };
}

function removeEmpty(path: string): boolean {
    if (!fs.existsSync(path) || fs.readdirSync(path).length > 0) return false;
    fs.rmdirSync(path);
    return true;
}

function openIfThere(path: string): number | undefined {
    try {
        return openRegular(path);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
    }
}

/** The whole file, from its beginning. */
function contentOf(file: number): Buffer {
    const bytes = Buffer.alloc(fs.fstatSync(file).size);
    return bytes.subarray(0, fs.readSync(file, bytes, 0, bytes.length, 0));
}
