import { safeJson, safeText } from "../core/safe-text";
import { Progress } from "./progress";
import { Style } from "./style";

/** A stream that can be written to and may be a terminal. */
export interface Sink {
    write(text: string): unknown;
    isTTY?: boolean;
    columns?: number;
}

/** Streams and environment of one run of the command; tests pass their own. */
export interface Surroundings {
    stdout: Sink;
    stderr: Sink;
    readInput(): Promise<string>;
    env: NodeJS.ProcessEnv;
    /** Current time in milliseconds. */
    now(): number;
}

/** What a subcommand reads from and writes to. */
export class Io {
    readonly env: NodeJS.ProcessEnv;
    /** Whether standard output shows colours: on a terminal, unless NO_COLOR is set. */
    readonly colours: boolean;
    readonly style: Style;
    /** Columns of the terminal. If there is none, nothing is cut, because scripts read the output. */
    readonly width: number;
    /** Progress on standard error, on a terminal only. */
    readonly progress: Progress;
    private readonly given: Surroundings;

    constructor(given: Partial<Surroundings> = {}) {
        this.given = {
            stdout: process.stdout,
            stderr: process.stderr,
            readInput: readStandardInput,
            env: process.env,
            now: Date.now,
            ...given,
        };
        const { stdout, stderr, env } = this.given;
        this.env = env;
        this.colours = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
        this.style = new Style(this.colours);
        this.width = stdout.isTTY === true ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
        this.progress = new Progress(stderr, env);
    }

    out(text: string): void {
        this.relay("stdout", text);
    }

    /** Writes a result for scripts. */
    json(value: unknown): void {
        this.out(`${safeJson(value)}\n`);
    }

    /** Writes errors and warnings. They quote names and GitLab's words, so they are made safe here. */
    err(text: string): void {
        this.relay("stderr", safeText(text));
    }

    /** Passes on the output of another program unchanged. */
    relay(stream: "stdout" | "stderr", text: string): void {
        this.progress.hide();
        this.given[stream].write(text);
    }

    readInput(): Promise<string> {
        return this.given.readInput();
    }

    now(): number {
        return this.given.now();
    }
}

async function readStandardInput(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
}
