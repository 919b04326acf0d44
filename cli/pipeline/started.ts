import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { attempt } from "../../core/attempt";
import { isMap } from "../../core/values";
import { type Machine, thisMachine } from "../../hosts/machine";

/** Where process ids count: two containers of one name, or a machine before and after it was started anew, are two places. */
export interface Place {
    machine: Machine;
    /** Of Linux, for each start of the machine; the same in all of its containers. */
    boot?: string;
    /** Its PID namespace, by its inode. */
    namespace?: string;
}

/** A `pulumi` that this command has started, as its place remembers it. */
interface Started extends Place {
    pid: string;
    /** Milliseconds since 1970. */
    at: number;
}

/** How long after its start a process may have taken a lock. */
const LATEST_LOCK = 10 * 60_000;
/** What lies there longer, nobody will ask for. */
const OLDEST = 30 * 24 * 3600_000;

export function thisPlace(): Place {
    return {
        machine: thisMachine(),
        boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
        namespace: attempt(() => readlinkSync("/proc/self/ns/pid")),
    };
}

/**
 * Remembers that a `pulumi` was started here, in a file of Pulumi's own folder. A lock names a host and a process id, and neither is
 * one of a kind: by the file, the next job knows whether it was here. Returns what forgets it. Where nothing can be written, a lock
 * that is left behind waits for a person.
 */
export function rememberStart(env: NodeJS.ProcessEnv, pid: number, now: number, place = thisPlace()): () => void {
    const folder = folderOf(env);
    const file = join(folder, `${pid}.json`);
    attempt(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const started: Started = { ...place, pid: String(pid), at: now };
        writeFileSync(file, JSON.stringify(started), { mode: 0o600 });
        // Last: what cannot be swept away hinders nothing.
        sweep(folder, now);
    });
    return () => forget(file);
}

/** Whether a lock's process was started by this command, and where its id can be looked up, or was there before this machine's last start. */
export function wasHere(
    env: NodeJS.ProcessEnv,
    lock: { host: string; pid: string; since: number | undefined },
    place = thisPlace(),
): "here" | "before the last start" | "nobody knows" {
    const started = read(join(folderOf(env), `${Number(lock.pid)}.json`));
    if (started === undefined || lock.since === undefined) return "nobody knows";
    const { machine, boot, namespace, at } = started;
    // A lock's time is in whole seconds, or finer.
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

/** What cannot be removed is swept away one day. */
function forget(file: string): void {
    attempt(() => rmSync(file, { force: true }));
}
