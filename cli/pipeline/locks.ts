import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { attempt } from "../../core/attempt";
import { oneLine } from "../../core/one-line";
import { ago } from "../ago";
import { Failed } from "../exit";
import type { Io } from "../io";
import type { RunPulumi } from "./pulumi";
import { type Place, thisPlace, wasHere } from "./started";

/** The holder of a stack's lock, as Pulumi's file backends report it. */
export interface Lock {
    user: string;
    host: string;
    pid: string;
    /** Milliseconds since 1970; undefined if the time is not valid. */
    since: number | undefined;
}

/** Finds `<file>: created by <user>@<host> (pid <id>) at <time>` for each lock. */
export function findLocks(text: string): Lock[] {
    return [...text.matchAll(/: created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(([, user, host, pid, at]) => {
        const since = Date.parse(at!);
        return { user: user!, host: host!, pid: pid!, since: Number.isNaN(since) ? undefined : since };
    });
}

/** Describes who holds the lock and since when, in a sentence. */
export function describeLocks(stack: string, locks: readonly Lock[], now: number): string {
    const holders = locks.map(({ user, host, pid, since }) => {
        const when =
            since === undefined ? "" : `, since ${new Date(since).toISOString().slice(0, 19)}Z (${ago(since, now)})`;
        return oneLine(`${user}@${host}, process ${pid}${when}`, 300);
    });
    return (
        `Stack ${stack} is locked by ${holders.join("; ")}. Somebody may be at work: wait for them. ` +
        `If that process is gone for sure: pulumi cancel --stack ${stack}`
    );
}

type IsThere = (pid: string) => boolean;

/**
 * Whether the process of a lock has certainly ended. It has if it belonged to an earlier job of this project
 * (`resource_group` runs one at a time), or if this command started it here and it is gone. A host name does not prove
 * "here": containers and machines made from one image share it, and their process ids are small numbers.
 */
export function hasEnded(
    lock: Lock,
    env: NodeJS.ProcessEnv,
    isThere: IsThere = isThereNow,
    place: Place = thisPlace(),
): boolean {
    const project = env.CI_PROJECT_ID;
    if (project && new RegExp(`^runner-.*-project-${project.replace(/\D/g, "")}-concurrent-`).test(lock.host))
        return true;
    const where = wasHere(env, lock, place);
    return where === "before the last start" || (where === "here" && !isThere(lock.pid));
}

function isThereNow(pid: string): boolean {
    if (existsSync("/proc/self")) return isRunning(`/proc/${pid}/stat`);
    // If it cannot be determined, the process may be running.
    return spawnSync("ps", ["-p", pid], { stdio: "ignore" }).status !== 1;
}

/** Reads the state in a process's `stat`. A container without an init process keeps ended processes as zombies. */
function isRunning(stat: string): boolean {
    const text = attempt(() => readFileSync(stat, "utf8"));
    return text !== undefined && !/^[ZX]/.test(text.replace(/^.*\) /s, ""));
}

/**
 * Cleans up what an earlier, killed `up` of this pipeline left in the state: a lock, and operations with an unknown
 * result. docs/after-a-crash.md explains why that is harmless. Nothing is read from GitLab or changed there.
 */
export async function clearAfterCrash(io: Io, pulumi: RunPulumi, stack: string): Promise<void> {
    // `--exclude '**'` refreshes no resource at all, so this only drops pending operations.
    const drop = () => pulumi(["refresh", "--stack", stack, "--yes", "--clear-pending-creates", "--exclude", "**"]);
    const first = await drop();
    if (first.code === 0) return;
    const said = `${first.stdout}\n${first.stderr}`;
    const locks = findLocks(said);
    if (locks.length === 0) throw new Failed(`The state of stack ${stack} cannot be written.\n${first.stderr.trim()}`);
    if (!locks.every((lock) => hasEnded(lock, io.env))) {
        throw new Failed(
            `${describeLocks(stack, locks, io.now())}\nIt is not one that a killed job of this pipeline left behind. docs/after-a-crash.md`,
        );
    }
    io.out("A killed job of this pipeline left its lock behind. It is removed.\n");
    await pulumi(["cancel", "--stack", stack, "--yes"]);
    const second = await drop();
    if (second.code !== 0) throw new Failed(`The state of stack ${stack} cannot be written.\n${second.stderr.trim()}`);
}
