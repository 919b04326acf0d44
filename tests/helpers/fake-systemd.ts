import * as fs from "node:fs";
import * as path from "node:path";

/** Programs called `systemctl`, `journalctl` and `gitlab-runner` that say what a test wants. */
export interface FakeSystemd {
    /** The folder that has to be first on PATH. */
    folder: string;
    /** What systemd says of the unit. */
    unit(load: string, active: string, sub?: string, status?: number): void;
    /** Adds a message to the unit's journal; now, unless it is said. */
    log(message: string, seconds?: number): void;
    /** The whole of what journalctl prints from now on. */
    journal(text: string, code?: number): void;
    /** What `gitlab-runner --version` prints. */
    version(text: string): void;
    /** What was run, with its arguments. */
    commands(): string[];
    /** Puts a program in place of one of these. */
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
        // Later than a file that was written before: this clock leaves out what is less than a millisecond, a file's does not.
        log: (message, seconds = (Date.now() + 1) / 1000) => {
            // What is no plain text, colours among it, comes as its bytes.
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
