import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** The repository's folder. */
export const root = path.resolve(__dirname, "../..");

/** The result of a finished `pulumi` command. */
export interface PulumiResult {
    /** Exit code; 255 if a signal ended it. */
    code: number;
    /** The output of both streams, in order. */
    output: string;
    /** Standard output alone, for `--json`. */
    stdout: string;
    /** Wall clock, in milliseconds. */
    ms: number;
}

/** Where a stack exists while the demo, a test or a benchmark runs it. */
export interface StackOptions {
    /** Folder for the backend, the copy of the stack config and everything else that the run writes. */
    folder: string;
    stack: string;
    /** Text of the stack's config file. */
    config: string;
    /** Additional environment variables, for instance GITLAB_TOKEN. */
    env?: Record<string, string>;
    /** The Pulumi project's folder. @default - this repository */
    project?: string;
}

/**
 * A stack on its own file backend, run by the real Pulumi CLI.
 *
 * The config file is a copy: `stack init` writes an encryption salt into it, and the repository should stay unchanged.
 */
export class PulumiStack {
    readonly configFile: string;
    readonly #options: StackOptions;

    constructor(options: StackOptions) {
        this.#options = options;
        this.configFile = path.join(options.folder, `Pulumi.${options.stack}.yaml`);
        fs.mkdirSync(path.join(options.folder, "backend"), { recursive: true });
        this.setConfig(options.config);
    }

    /** Replaces the stack's config; the encryption salt from `init` stays. */
    setConfig(text: string): void {
        const salt = fs.existsSync(this.configFile)
            ? /^encryptionsalt: .*$/m.exec(fs.readFileSync(this.configFile, "utf8"))?.[0]
            : undefined;
        fs.writeFileSync(this.configFile, salt ? `${salt}\n${text}` : text);
    }

    /** Environment of every command: no downloads, no questions, and nothing leaves this machine. */
    get env(): NodeJS.ProcessEnv {
        const { folder, env } = this.#options;
        return {
            ...process.env,
            PATH: `${path.join(root, ".cache", "bin")}${path.delimiter}${process.env.PATH}`,
            PULUMI_HOME: path.join(root, ".cache", "pulumi-home"),
            // Without `metadata=skip`, Pulumi later writes a .attrs file beside each file: a kill in between leaves it
            // empty, and Pulumi then answers every command with "failed to load checkpoint: EOF".
            PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}?metadata=skip`,
            PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
            PULUMI_SKIP_UPDATE_CHECK: "1",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
            ...env,
        };
    }

    /** Runs `pulumi <args> --stack …`; with `live`, also shows the output as it arrives. */
    run(
        args: string[],
        options: { live?: boolean; env?: Record<string, string>; signal?: AbortSignal } = {},
    ): Promise<PulumiResult> {
        const { stack, project } = this.#options;
        const withConfig = ["preview", "up", "refresh", "destroy", "config", "import"].includes(args[0]!);
        const flags = [
            "--non-interactive",
            "--stack",
            stack,
            ...(withConfig ? ["--config-file", this.configFile] : []),
        ];
        return this.spawn("pulumi", [...args, ...flags], { ...options, cwd: project ?? root });
    }

    /** Creates the stack; it must not exist. */
    async init(): Promise<void> {
        // `stack init` has no --config-file and writes its salt beside Pulumi.yaml, here a file that git tracks. So it
        // runs in a separate folder with the same project name: a backend knows only the name.
        const scratch = path.join(this.#options.folder, "init");
        fs.mkdirSync(scratch, { recursive: true });
        const name = /^name: (.+)$/m.exec(
            fs.readFileSync(path.join(this.#options.project ?? root, "Pulumi.yaml"), "utf8"),
        )![1];
        fs.writeFileSync(path.join(scratch, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
        const made = await this.spawn("pulumi", ["stack", "init", this.#options.stack, "--no-select"], {
            cwd: scratch,
        });
        if (made.code !== 0) throw new Error(`pulumi stack init failed:\n${made.output}`);
        const salt = fs.readFileSync(path.join(scratch, path.basename(this.configFile)), "utf8");
        fs.writeFileSync(this.configFile, salt + fs.readFileSync(this.configFile, "utf8"));
        fs.rmSync(scratch, { recursive: true });
    }

    /** The stack's state, as `pulumi stack export` prints it. */
    async state(): Promise<{ deployment: { resources?: StateResource[] } }> {
        const result = await this.run(["stack", "export"]);
        return JSON.parse(result.stdout);
    }

    /** Runs any program in the stack's environment and waits for its end. */
    spawn(
        program: string,
        args: string[],
        options: { live?: boolean; env?: Record<string, string>; signal?: AbortSignal; cwd?: string } = {},
    ): Promise<PulumiResult> {
        const started = performance.now();
        return new Promise((resolve, reject) => {
            const child = spawn(program, args, {
                cwd: options.cwd ?? root,
                env: { ...this.env, ...options.env },
                stdio: ["ignore", "pipe", "pipe"],
                signal: options.signal,
                killSignal: "SIGKILL",
            });
            let output = "";
            let stdout = "";
            for (const stream of [child.stdout, child.stderr]) {
                stream.setEncoding("utf8").on("data", (chunk: string) => {
                    output += chunk;
                    if (stream === child.stdout) stdout += chunk;
                    if (options.live) process.stdout.write(chunk);
                });
            }
            child.on("error", (error) => (options.signal?.aborted ? undefined : reject(error)));
            child.on("close", (code) =>
                resolve({ code: code ?? 255, output, stdout, ms: performance.now() - started }),
            );
        });
    }
}

/** The parts of a resource in the state that tests use. */
export interface StateResource {
    urn: string;
    type: string;
    id?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}
