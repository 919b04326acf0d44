import * as fs from "node:fs";
import * as path from "node:path";

/** Fake `systemctl`, `journalctl` and `gitlab-runner` that print what a test wants. */
export interface FakeSystemd {
    /** The folder to put first on PATH. */
    folder: string;
    /** Sets what systemd says about the unit. */
    unit(load: string, active: string, sub?: string, status?: number): void;
    /** Adds a message to the unit's journal, now or at a given time. */
    log(message: string, seconds?: number): void;
    /** Sets the complete output of journalctl from now on. */
    journal(text: string, code?: number): void;
    /** Sets what `gitlab-runner --version` prints. */
    version(text: string): void;
    /** The commands that were run, with their arguments. */
    commands(): string[];
    /** Replaces one of these programs. */
    program(name: string, script: string): void;
}

export function fakeSystemd(folder: string): FakeSystemd {
    const at = (name: string) => path.join(folder, name);
    const program = (name: string, script: string) =>
        fs.writeFileSync(at(name), `#!/bin/sh\necho "${name} $*" >>${at("commands")}\n${script}\n`, { mode: 0o755 });
    program("systemctl", `[ "$1" = show ] && cat ${at("unit.txt")}; exit 0`);
    const fake: FakeSystemd = {
        folder,
        program,
        unit: (load, active, sub = "running", status = 0) =>
            fs.writeFileSync(
                at("unit.txt"),
                `ExecMainStatus=${status}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\n`,
            ),
        // Later than a file that was just written: this clock drops fractions of a millisecond, and a file's does not.
        log: (message, seconds = (Date.now() + 1) / 1000) => {
            // journald gives messages that are not plain text, such as those with colours, as bytes.
            const MESSAGE = /\p{Cc}/u.test(message) ? [...Buffer.from(message)] : message;
            const entry = { __REALTIME_TIMESTAMP: String(Math.round(seconds * 1e6)), MESSAGE };
            fs.appendFileSync(at("journal.txt"), `${JSON.stringify(entry)}\n`);
        },
        journal(text, code = 0) {
            fs.writeFileSync(at("journal.txt"), text);
            program("journalctl", `cat ${at("journal.txt")}; exit ${code}`);
        },
        version: (text) => program("gitlab-runner", `printf '%s\\n' '${text}'`),
        commands: () =>
            fs.existsSync(at("commands")) ? fs.readFileSync(at("commands"), "utf8").trim().split("\n") : [],
    };
    fake.unit("loaded", "active");
    fake.journal("");
    fake.version("Version:      19.4.0");
    return fake;
}
