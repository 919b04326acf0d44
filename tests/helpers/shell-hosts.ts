import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Programs called `ssh` that run what they are given on this machine: the shell's side of a host, without sshd. */
export interface ShellHosts {
    folder: string;
    /** Puts `ssh` first on PATH; `shell` is what answers to `sh -s`. */
    use(shell: keyof typeof SHELLS, more?: { before?: string; env?: string; cutAfter?: number }): void;
    /** What was sent, one request after the other. */
    requests(): string[];
    /** Takes everything back. */
    remove(): void;
}

/** Shells that a host may have, and how they are started. Busybox is all that its host has. */
const SHELLS = {
    dash: "exec dash -s",
    bash: "exec bash -s",
    busybox: 'PATH="$here/busybox" exec "$here/busybox/sh" -s',
};

/** Lets no more than so many bytes through. One by one, because no other program passes on what it has at once. */
function cut(bytes: number | undefined): string {
    return bytes === undefined ? "" : `dd bs=1 count=${bytes} status=none | `;
}

/** Whether a shell is there to be tried. */
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
