import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Fake `ssh` programs that run their input on this machine: the shell's side of a host, without sshd. */
export interface ShellHosts {
    folder: string;
    /** Puts `ssh` first on PATH; `shell` answers to `sh -s`. */
    use(shell: keyof typeof SHELLS, more?: { before?: string; env?: string; cutAfter?: number }): void;
    /** The requests that were sent, in order. */
    requests(): string[];
    /** Undoes everything. */
    remove(): void;
}

/** Shells that a host may have, and how to start them. With busybox, the host has nothing else. */
const SHELLS = {
    dash: "exec dash -s",
    bash: "exec bash -s",
    busybox: 'PATH="$here/busybox" exec "$here/busybox/sh" -s',
};

/** Lets only so many bytes through, one by one, because no other program passes on at once what it has. */
function cut(bytes: number | undefined): string {
    return bytes === undefined ? "" : `dd bs=1 count=${bytes} status=none | `;
}

/** Whether a shell is installed. */
export function hasShell(shell: string): boolean {
    return (process.env.PATH ?? "").split(":").some((folder) => fs.existsSync(path.join(folder, shell)));
}

export function shellHosts(): ShellHosts {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "shell-hosts-"));
    const before = process.env.PATH;
    if (hasShell("busybox")) {
        fs.mkdirSync(path.join(folder, "busybox"));
        const which = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
        execFileSync(which, ["--install", "-s", path.join(folder, "busybox")]);
    }
    process.env.PATH = `${folder}:${before}`;
    return {
        folder,
        use(shell, more = {}) {
            const script = [
                "#!/bin/sh",
                `here=${folder}`,
                'printf "%s\\n" "$*" >>"$here/calls"',
                more.before ?? "",
                `tee -a "$here/sent" | ${cut(more.cutAfter)}{ (${more.env ?? ""} ${SHELLS[shell]}); kill -9 0; }`,
            ];
            fs.writeFileSync(path.join(folder, "ssh"), `${script.join("\n")}\n`, { mode: 0o755 });
        },
        requests: () => {
            const sent = path.join(folder, "sent");
            if (!fs.existsSync(sent)) return [];
            return fs.readFileSync(sent, "utf8").match(/^(look|change)$/gm) ?? [];
        },
        remove() {
            process.env.PATH = before;
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}
