import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { attempt } from "../core/attempt";
import type { User, WriteOptions } from "./host";
import { held, statIfThere, targetOf } from "./links";
import { kindOf, openRegular } from "./regular-file";

/** Owner, group and mode of a file. */
interface Belongings {
    uid: number;
    gid: number;
    mode: number;
    /** Mode if the new file has no access list although the old one had. @default mode */
    unlisted?: number;
}

const LEFTOVER = /\.[0-9a-f]{12}\.tmp$/;

/**
 * Writes a temporary file in the same directory and renames it: a reader sees either the old text or the new one. An
 * existing file keeps its owner, group and mode, except that a secret file loses access for everybody. A symbolic link
 * stays, and its target is replaced.
 */
export function writeWhole(path: string, text: string, options: WriteOptions = {}): void {
    held(targetOf(path), (target) => replace(target, text, options));
}

function replace(target: string, text: string, options: WriteOptions): void {
    const wanted = belongingsFor(target, options);
    removeLeftovers(target);
    const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
    try {
        const file = fs.openSync(temporary, "wx", 0o600);
        try {
            bestow(file, temporary, wanted);
            keepContext(file, target);
            fs.writeFileSync(file, text);
            fs.fsyncSync(file);
        } finally {
            fs.closeSync(file);
        }
        fs.renameSync(temporary, target);
    } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw error;
    }
    syncDirectory(dirname(target));
}

/**
 * Copies a file to a free name: `<name>`, then `<name>.2`, `<name>.3`, and so on. An existing copy with the same
 * content is reused. Returns the copy's path.
 */
export function copyAside(path: string, name: string): string {
    const source = targetOf(path);
    return join(
        dirname(source),
        held(source, (from) => copyBeside(from, name)),
    );
}

/** Returns the name of the copy. */
function copyBeside(source: string, name: string): string {
    const { stat, content } = readNow(source);
    for (let count = 1; ; count++) {
        const copyName = count === 1 ? name : `${name}.${count}`;
        const copy = join(dirname(source), copyName);
        if (isCopy(copy, content)) return copyName;
        let file: number;
        try {
            file = fs.openSync(copy, "wx", 0o600);
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
            throw error;
        }
        try {
            bestow(file, copy, { uid: stat.uid, gid: stat.gid, ...modesOf(stat.mode, true, source) });
            fs.writeFileSync(file, content);
            fs.fsyncSync(file);
        } catch (error) {
            fs.rmSync(copy, { force: true });
            throw error;
        } finally {
            fs.closeSync(file);
        }
        syncDirectory(dirname(copy));
        return copyName;
    }
}

/**
 * Why a file would lose its owner or group if this user replaced it, in words that follow its name; `undefined` if it
 * would not.
 */
export function whyNotLeftTo({ uid, gid }: { uid: number; gid: number }, user: User | undefined): string | undefined {
    if (user === undefined || user.uid === 0) return undefined;
    if (uid !== user.uid) return `belongs to user ${uid}, and only root can leave it to them (this is ${user.uid})`;
    return user.groups.includes(gid) ? undefined : `belongs to group ${gid}, of which user ${user.uid} is no member`;
}

/** The user of this process; `undefined` on Windows. */
export function thisUser(): User | undefined {
    const uid = process.geteuid?.();
    return uid === undefined ? undefined : { uid, groups: [process.getegid!(), ...process.getgroups!()] };
}

/** Whether anybody but a file's owner and group may read, write or run it. */
export function isOpenToOthers(mode: number): boolean {
    return (mode & 0o007) !== 0;
}

/** Makes renames and removals survive a power cut. Windows cannot open directories. */
export function syncDirectory(path: string): void {
    if (process.platform === "win32") return;
    const directory = fs.openSync(path, "r");
    try {
        fs.fsyncSync(directory);
    } finally {
        fs.closeSync(directory);
    }
}

/**
 * Removes files that an interrupted write has left, for example after a crash: they contain tokens, and nobody would
 * look for them.
 */
function removeLeftovers(target: string): void {
    const isLeftover = (name: string) => LEFTOVER.test(name) && name.replace(LEFTOVER, "") === basename(target);
    for (const name of fs.readdirSync(dirname(target)).filter(isLeftover)) {
        fs.rmSync(join(dirname(target), name), { force: true });
    }
}

/**
 * Gives an open file the SELinux context of the file that it replaces; otherwise its process might not be allowed to
 * read it. Uses the descriptor, because the name may be a link by now.
 */
function keepContext(file: number, like: string): void {
    if (!fs.existsSync("/sys/fs/selinux/enforce") || !fs.existsSync(like)) return;
    execFileSync("chcon", [`--reference=${like}`, "/proc/self/fd/1"], { stdio: ["ignore", file, "ignore"] });
}

function belongingsFor(target: string, { mode = 0o600, secret = false, beside }: WriteOptions): Belongings | undefined {
    if (process.platform === "win32") return undefined;
    const old = statIfThere(target);
    if (old !== undefined) {
        const kind = kindOf(old);
        if (kind !== undefined) throw Object.assign(new Error(`${target} is ${kind}`), { code: "EFTYPE" });
        return { uid: old.uid, gid: old.gid, ...modesOf(old.mode, secret, target) };
    }
    if (process.geteuid!() !== 0) return { uid: -1, gid: -1, mode };
    const { uid, gid } = (beside && statIfThere(targetOf(beside))) || fs.statSync(dirname(target));
    return { uid, gid, mode };
}

/** A secret file that everybody could read becomes private to its owner; a group that was given access keeps it. */
function modesOf(mode: number, secret: boolean, path: string): Pick<Belongings, "mode" | "unlisted"> {
    if (!secret) return { mode: mode & 0o777 };
    if (isOpenToOthers(mode)) return { mode: mode & 0o700 };
    const isListed = (mode & 0o070) !== 0 && hasAccessList(path);
    return { mode: mode & 0o770, ...(isListed ? { unlisted: mode & 0o700 } : {}) };
}

/**
 * Whether a file has an access list. If so, the group bits of its mode are only the upper limit for everybody in the
 * list, and its group may have no access at all: see acl(5). Node.js does not report it, but `ls` does.
 */
function hasAccessList(path: string): boolean {
    const { stdout } = spawnSync("ls", ["-ldn", path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /^\S+\+/.test(stdout ?? "");
}

/** Sets the owner, group and mode of an open file before anything is written to it. */
function bestow(file: number, path: string, wanted: Belongings | undefined): void {
    if (wanted === undefined || process.platform === "win32") return;
    const now = fs.fstatSync(file);
    const uid = wanted.uid === -1 ? now.uid : wanted.uid;
    const gid = wanted.gid === -1 ? now.gid : wanted.gid;
    if (now.uid !== uid || now.gid !== gid) fs.fchownSync(file, uid, gid);
    const { mode, unlisted = mode } = wanted;
    fs.fchmodSync(file, unlisted === mode || hasAccessList(path) ? mode : unlisted);
}

/** The content of a file, which must still be a regular one. */
function readNow(path: string): { stat: fs.Stats; content: Buffer } {
    const file = openRegular(path);
    try {
        return { stat: fs.fstatSync(file), content: fs.readFileSync(file) };
    } finally {
        fs.closeSync(file);
    }
}

function isCopy(path: string, content: Buffer): boolean {
    const stat = attempt(() => fs.lstatSync(path));
    if (!stat?.isFile() || stat.size !== content.length) return false;
    return attempt(() => fs.readFileSync(path).equals(content)) ?? false;
}
