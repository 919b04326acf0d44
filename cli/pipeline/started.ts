import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { attempt } from "../../core/attempt";
import { isMap } from "../../core/values";
import { type Machine, thisMachine } from "../../hosts/machine";

/** Where a process id is valid: two containers with one name are two places, and so is a machine after a reboot. */
export interface Place {
    machine: Machine;
    /** On Linux, different for each boot of the machine; the same in all of its containers. */
    boot?: string;
    /** Inode of its PID namespace. */
    namespace?: string;
}

/** A `pulumi` that this command has started, and where. */
interface Started extends Place {
    pid: string;
    /** Milliseconds since 1970. */
    at: number;
}

/** How long after its start a process may still take a lock, in milliseconds. */
const LATEST_LOCK = 10 * 60_000;
/** Age at which a file is deleted, in milliseconds. */
const OLDEST = 30 * 24 * 3600_000;

export function thisPlace(): Place {
    return {
        machine: thisMachine(),
        boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
        namespace: attempt(() => readlinkSync("/proc/self/ns/pid")),
    };
}

/**
 * Notes in Pulumi's own folder that a `pulumi` was started here. A lock names a host and a process id, and neither is
 * unique; the file tells the next job whether it was here. Returns a function that deletes the note. If nothing can be
 * written, a leftover lock has to be removed by a person.
 */
export function rememberStart(env: NodeJS.ProcessEnv, pid: number, now: number, place = thisPlace()): () => void {
    const folder = folderOf(env);
    const file = join(folder, `${pid}.json`);
    attempt(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const started: Started = { ...place, pid: String(pid), at: now };
        writeFileSync(file, JSON.stringify(started), { mode: 0o600 });
        // Last, so that a failed cleanup changes nothing else.
        sweep(folder, now);
    });
    return () => forget(file);
}

/** Whether this command started a lock's process, and where: here, here before this machine's last boot, or unknown. */
export function wasHere(
    env: NodeJS.ProcessEnv,
    lock: { host: string; pid: string; since: number | undefined },
    place = thisPlace(),
): "here" | "before the last start" | "nobody knows" {
    const started = read(join(folderOf(env), `${Number(lock.pid)}.json`));
    if (started === undefined || lock.since === undefined) return "nobody knows";
    const { machine, boot, namespace, at } = started;
    // A lock's time may be rounded to whole seconds.
    const isIts = lock.since >= at - 1000 && lock.since <= at + LATEST_LOCK;
    const isMachine = machine.host === place.machine.host && machine.id === place.machine.id;
    if (!isIts || !isMachine || lock.host !== machine.host) return "nobody knows";
    if (boot === place.boot) return namespace === place.namespace ? "here" : "nobody knows";
    return machine.id === undefined ? "nobody knows" : "before the last start";
}

function folderOf(env: NodeJS.ProcessEnv): string {
    return join(env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi"), "gitlab-fleet-started");
}

function read(file: string): Started | undefined {
    const value: unknown = attempt(() => JSON.parse(readFileSync(file, "utf8")));
    return isMap(value) && isMap(value.machine) && typeof value.at === "number" ? (value as never) : undefined;
}

function sweep(folder: string, now: number): void {
    for (const name of readdirSync(folder)) {
        const file = join(folder, name);
        if (now - statSync(file).mtimeMs > OLDEST) forget(file);
    }
}

/** If it cannot be deleted, `sweep` deletes it one day. */
function forget(file: string): void {
    attempt(() => rmSync(file, { force: true }));
}
