import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { attempt } from "../core/attempt";

/** The identity of a machine. */
export interface Machine {
    /** Its host name. Two machines may share one, and it may change. */
    host: string;
    /** Derived from its machine id; absent if it has none, as in most containers. */
    id?: string;
}

/**
 * Files with the machine id of Linux or BSD. https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
 */
const ID_FILES = ["etc/machine-id", "var/lib/dbus/machine-id", "etc/hostid"];

/** The machine on which this runs. `root` is the root of its file system. */
export function thisMachine(root = "/"): Machine {
    const id = idFromFiles(root) ?? idFromSystem();
    return { host: hostname(), ...(id === undefined ? {} : { id: keyedHash(id) }) };
}

/** Another machine, from its host name and the contents of its id files; `uuid` is the equivalent on macOS. */
export function machineOf(host: string, ids: readonly string[], uuid?: string): Machine {
    const id = ids.map((text) => text.trim().toLowerCase()).find(isId) ?? uuid;
    // Host names consist of letters, digits and hyphens; nothing else may reach a file system or a terminal.
    const name = host.replace(/[^\w.-]/g, "?").slice(0, 253);
    return { host: name, ...(id === undefined ? {} : { id: keyedHash(id) }) };
}

/** A machine that has never been started has the word "uninitialized" there. */
function isId(text: string): boolean {
    return /^[0-9a-f-]{32,36}$/.test(text);
}

function idFromFiles(root: string): string | undefined {
    const read = (file: string) => attempt(() => readFileSync(join(root, file), "utf8").trim().toLowerCase());
    return ID_FILES.map(read).find((id) => id !== undefined && isId(id));
}

let asked: { id: string | undefined } | undefined;

/** For systems where a program has to be asked; asked once. */
function idFromSystem(): string | undefined {
    asked ??= { id: askSystem() };
    return asked.id;
}

function askSystem(): string | undefined {
    const ask = (program: string, args: string[]) =>
        execFileSync(program, args, { encoding: "utf8", timeout: 5000, stdio: ["ignore", "pipe", "ignore"] });
    try {
        if (process.platform === "darwin") {
            const text = ask("/usr/sbin/ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"]);
            return /"IOPlatformUUID" = "([^"]+)"/.exec(text)?.[1];
        }
        if (process.platform === "win32") {
            const text = ask("reg", ["query", "HKLM\\SOFTWARE\\Microsoft\\Cryptography", "/v", "MachineGuid"]);
            return /MachineGuid\s+REG_SZ\s+(\S+)/.exec(text)?.[1];
        }
    } catch {
        // Then the machine has no id.
    }
    return undefined;
}

/** According to machine-id(5), the id itself is confidential: only a keyed hash leaves the machine. */
function keyedHash(id: string): string {
    return createHmac("sha256", id).update("gitlab-fleet").digest("hex").slice(0, 32);
}
