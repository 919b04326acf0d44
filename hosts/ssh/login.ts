import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { problemOfKey } from "../../core/ssh/private-key";
import { labelOf, parseAddress, type SshOptions } from "./address";
import { HostProblem } from "./problems";

/** The arguments of `ssh`, and their cleanup. */
export interface Login {
    args: string[];
    /** Removes the files with the key and known hosts; ssh has read them once somebody is logged in. */
    forget(): void;
}

/** Default limit for connecting, in seconds. */
export const CONNECT_SECONDS = 15;

/** The `ssh` command that starts a shell on the host. A key is passed as a file that nobody else can read. */
export function loginTo(options: SshOptions): Login {
    const address = parseAddress(options.host);
    if ("problem" in address) throw new HostProblem(labelOf(options), address.problem);
    const problem = options.privateKey === undefined ? undefined : problemOfKey(options.privateKey);
    if (problem !== undefined) throw new HostProblem(labelOf(options), `cannot be reached: privateKey ${problem}`);
    const { files, forget } = secretFiles(options);
    const port = options.port ?? address.port;
    const settings = [
        "BatchMode=yes",
        `ConnectTimeout=${options.connectTimeout ?? CONNECT_SECONDS}`,
        // Uses a connection that is already shared; leaves none of ours behind to be shared.
        "ControlMaster=no",
        "ClearAllForwardings=yes",
        "PermitLocalCommand=no",
        "RemoteCommand=none",
        ...(files.key === undefined ? [] : [`IdentityFile=${quoted(files.key)}`, "IdentitiesOnly=yes"]),
        ...(files.hosts === undefined
            ? []
            : [
                  `UserKnownHostsFile=${quoted(files.hosts)}`,
                  "GlobalKnownHostsFile=/dev/null",
                  "StrictHostKeyChecking=yes",
                  "UpdateHostKeys=no",
              ]),
    ];
    const args = [
        "-T",
        "-a",
        "-x",
        ...settings.flatMap((setting) => ["-o", setting]),
        ...(port === undefined ? [] : ["-p", String(port)]),
        ...(address.user === undefined ? [] : ["-l", address.user]),
        "--",
        address.host,
        // Words that every login shell interprets in the same way.
        ...(options.sudo ? ["sudo", "-n"] : []),
        "sh",
        "-s",
    ];
    return { args, forget };
}

function secretFiles({ privateKey, knownHosts }: SshOptions): {
    files: { key?: string; hosts?: string };
    forget(): void;
} {
    if (privateKey === undefined && knownHosts === undefined) return { files: {}, forget: () => {} };
    const folder = fs.mkdtempSync(join(tmpdir(), "gitlab-fleet-ssh-"));
    const forget = () => {
        process.off("exit", forget);
        fs.rmSync(folder, { recursive: true, force: true });
    };
    process.once("exit", forget);
    const write = (name: string, text: string | undefined) => {
        if (text === undefined) return undefined;
        const path = join(folder, name);
        // CI variables lose the last line break, and those from Windows have different ones; ssh refuses such a key.
        fs.writeFileSync(path, `${text.replace(/\r\n/g, "\n").trimEnd()}\n`, { mode: 0o600, flag: "wx" });
        return path;
    };
    try {
        return { files: { key: write("key", privateKey), hosts: write("known_hosts", knownHosts) }, forget };
    } catch (error) {
        forget();
        throw error;
    }
}

/** A path in an option of ssh, where `%` is special and blanks separate. */
function quoted(path: string): string {
    return `"${path.replaceAll("%", "%%")}"`;
}
