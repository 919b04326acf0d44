import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BIN = join(__dirname, "../../../.cache/bin");

/** What the real gitlab-runner makes of a file. */
export interface Loaded {
    /** Why `gitlab-runner run` would refuse it. */
    loadError?: string;
    /** Why `gitlab-runner lint` refuses it. */
    lintError?: string;
    /** Every value that is not Go's zero, under its TOML name. */
    config?: Record<string, unknown>;
}

/** Path of a program that the toolchain builds; a test without it must fail, not be skipped. */
export function programPath(name: string): string {
    const path = join(BIN, name);
    if (!existsSync(path)) throw new Error(`${path} is missing. Build it with: make tools`);
    return path;
}

/** gitlab-runner's own loader, kept running: loading one more file takes about a millisecond. */
export class Loader {
    private readonly folder = mkdtempSync(join(tmpdir(), "config-toml-"));
    private readonly file = join(this.folder, "config.toml");
    private readonly process: ChildProcessWithoutNullStreams;
    private readonly answers: AsyncIterator<string>;

    constructor() {
        // Nothing of the caller's environment: the loader reads SENTRY_DSN from it.
        this.process = spawn(programPath("config-decode"), { env: {} });
        this.answers = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    }

    /** Loads a text as if it were the manager's config.toml. One at a time. */
    async load(text: string): Promise<Loaded> {
        writeFileSync(this.file, text);
        this.process.stdin.write(`${this.file}\n`);
        const answer = await this.answers.next();
        if (answer.done) throw new Error("config-decode ended early");
        return JSON.parse(answer.value) as Loaded;
    }

    /** Ends the program and removes its folder. */
    stop(): void {
        this.process.stdin.end();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/**
 * What lint objects to with reason, or undefined. It calls keys of nested tables inside plugin_config and nesting_config
 * unknown, because its decoder keeps no account of them; `run` reads them and hands them to the plugin.
 */
export function justComplaint({ lintError }: Loaded): string | undefined {
    if (lintError === undefined || !/^\d+ unknown key\(s\) found/.test(lintError)) return lintError;
    const keys = [...lintError.matchAll(/^ {2}unknown key: (.*)$/gm)].map((match) => match[1]!);
    const just = keys.filter(
        (key) => !/^runners\.autoscaler\.(plugin_config|vm_isolation\.nesting_config)\./.test(key),
    );
    return just.length === 0 ? undefined : `unknown keys: ${just.join(", ")}`;
}

/** Runs `gitlab-runner lint` on a file. */
export function lint(path: string): { passed: boolean; said: string } {
    const run = spawnSync(programPath("gitlab-runner"), ["lint", "-c", path], {
        encoding: "utf8",
        env: { HOME: tmpdir(), PATH: process.env.PATH },
    });
    return { passed: run.status === 0, said: run.stderr };
}
