import { stackOf } from "../../../core/owner-file";
import { dropInOf, dropInOwner, dropInText } from "../../../core/service/drop-in";
import { safe } from "../../../core/service/journal";
import { type Host, hashOf } from "../../../hosts/host";
import type { Machine } from "../../../hosts/machine";
import { HostProblem } from "../../../hosts/ssh/problems";
import type { Log } from "../../handler";
import { nameOf, type Service } from "./process";

const MOST_BYTES = 64 * 1024;

export interface DropIn {
    path: string;
    hash: string;
}

export function wantedDropIn({ unit }: Service, owner: string, seconds: number): DropIn {
    return { path: dropInOf(unit).path, hash: hashOf(dropInText(owner, seconds)) };
}

/**
 * Writes the drop-in, and makes systemd read it. The process is not touched: the drop-in takes effect when somebody
 * stops the unit.
 */
export async function writeDropIn({ host, unit }: Service, owner: string, seconds: number): Promise<void> {
    const { directory, name, path } = dropInOf(unit);
    const text = dropInText(owner, seconds);
    try {
        const { files } = await host.look(directory, [{ name, bytes: MOST_BYTES }]);
        const { found, problem } = files[name]!;
        if (problem !== undefined) throw problem;
        const theirs = found === undefined ? owner : dropInOwner(found.text);
        if (theirs === undefined || stackOf(theirs) !== stackOf(owner)) {
            const whose = theirs === undefined ? "was not written by gitlab-fleet" : `is that of ${safe(theirs)}`;
            throw new Error(`${host.at(path)} ${whose}. Remove it there if nobody needs it, or leave drainOnStop out.`);
        }
        if (found?.hash !== hashOf(text)) {
            const [made] = await host.change([
                { do: "make directory", path: directory },
                { do: "write", path, text, mode: 0o644 },
            ]);
            // Anybody who may ask systemd about the unit may see its contents.
            if (made!.done) await host.run([{ words: ["chmod", "755", directory] }]);
        }
    } catch (error) {
        throw explain(host, path, error);
    }
    const unread = await reload(host);
    if (unread !== undefined) {
        throw new Error(
            `${path} was written on ${nameOf(host)}, but systemd has not read it (${unread}). ${asRoot(host)} and run pulumi up again.`,
        );
    }
}

/**
 * Removes a drop-in that is still as written; otherwise says why not. `isThere` tells whether a machine is the one on
 * which it was written.
 */
export async function removeDropIn(
    log: Log,
    { host, unit }: Service,
    { hash }: { hash: string },
    isThere: (machine: Machine) => boolean,
): Promise<void> {
    const { directory, name, path } = dropInOf(unit);
    try {
        const { machine, files } = await host.look(directory, [{ name, bytes: MOST_BYTES }]);
        const { found, problem } = files[name]!;
        if (!isThere(machine)) {
            const where = `on another machine than ${nameOf(host)}`;
            return log.warn(`${path} is ${where}: it was left as it is. Remove it there by hand.`);
        }
        if (found === undefined && problem === undefined) return;
        if (found?.hash !== hash) return log.info(`${host.at(path)} is not as it was written: it was left as it is.`);
        await host.change([
            { do: "remove", path, only: hash },
            { do: "remove directory", path: directory },
        ]);
    } catch (error) {
        throw explain(host, path, error);
    }
    const unread = await reload(host);
    if (unread !== undefined) log.warn(`${path} is gone, and systemd has not read that yet (${unread}).`);
}

/** Makes systemd reload its units; returns its words if that failed. */
async function reload(host: Host): Promise<string | undefined> {
    const [answer] = await host.run([{ words: ["systemctl", "daemon-reload"] }]);
    const { code, text } = answer!;
    return code === 0 ? undefined : safe(text) || `exit code ${code}`;
}

function explain(host: Host, path: string, error: unknown): unknown {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof HostProblem || code === undefined) return error;
    const remedy = code === "EACCES" || code === "EPERM" ? `${asRoot(host)}.` : safe(message);
    return new Error(`${host.at(path)} cannot be written (${code}). ${remedy}`);
}

function asRoot(host: Host): string {
    return host.remote ? "Only root may: log in as root, or set sudo: true" : "Only root may: run pulumi up as root";
}
