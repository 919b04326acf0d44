import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { attempt } from "../core/attempt";

/** The machine that something is on. */
export interface Machine {
    /** Its host name. Two machines may have one, and it may change. */
    host: string;
    /** What is made of its machine id; absent where it has none, as in most containers. */
    id?: string;
}

/** Files with a Linux's or a BSD's machine id. https://www.freedesktop.org/software/systemd/man/latest/machine-id.html */
const ID_FILES = ["etc/machine-id", "var/lib/dbus/machine-id", "etc/hostid"];

/** The machine on which this runs. `root` is where its file system begins. */
export function thisMachine(root = "/"): Machine {
    const id = idFromFiles(root) ?? idFromSystem();
    return { host: hostname(), ...(id === undefined ? {} : { id: keyedHash(id) }) };
}

/** Another machine, by its host name and what stands where it may keep an id; `uuid` is what macOS has in its place. */
export function machineOf(host: string, ids: readonly string[], uuid?: string): Machine {
    const id = ids.map((text) => text.trim().toLowerCase()).find(isId) ?? uuid;
    // Names are labels of letters, digits and hyphens; a file system or a terminal gets nothing else.
    const name = host.replace(/[^\w.-]/g, "?").slice(0, 253);
    return { host: name, ...(id === undefined ? {} : { id: keyedHash(id) }) };
}

/** A machine that was never started has the word "uninitialized" there. */
function isId(text: string): boolean {
    return /^[0-9a-f-]{32,36}$/.test(text);
}

function idFromFiles(root: string): string | undefined {
    const read = (file: string) => attempt(() => readFileSync(join(root, file), "utf8").trim().toLowerCase());
    return ID_FILES.map(read).find((id) => id !== undefined && isId(id));
}

let asked: { id: string | undefined } | undefined;

/** Where a program has to be asked, once. */
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
        // Then it has none.
    }
    return undefined;
}

/** The id itself is confidential, says machine-id(5): what leaves the machine is a hash with a key of one's own. */
function keyedHash(id: string): string {
    return createHmac("sha256", id).update("gitlab-fleet").digest("hex").slice(0, 32);
}
