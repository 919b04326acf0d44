import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Ending } from "./problems";
import { scriptFor } from "./script";

/** The longest answer: three files of 8 MiB in hexadecimal digits. Our script never sends more. */
const MOST_BYTES = 64 * 1024 * 1024;
/** How much a login may print before our script starts. */
const MOST_NOISE = 4 * 1024 * 1024;
const MOST_WORDS = 8000;

/** A line of an answer: a word, and what follows it. */
export type Line = [word: string, rest: string];

/** Thrown if a session ends while it is needed. */
export class SessionEnded extends Error {
    constructor(readonly ending: Ending) {
        super(ending.words);
    }
}

/**
 * A shell on another machine that answers one request after another. While idle, it does not keep this process alive.
 */
export class Session {
    /** What ended it, once it has ended. */
    ended: Ending | undefined;
    private readonly boundary = randomBytes(12).toString("hex");
    private readonly child: ChildProcessWithoutNullStreams;
    private words = "";
    private chunks: Buffer[] = [];
    private bytes = 0;
    private lines: Line[] = [];
    private waiting: { until: string; done(lines: Line[]): void; failed(error: Error): void } | undefined;
    private timer: NodeJS.Timeout | undefined;

    constructor(program: string, args: readonly string[]) {
        // A process group of its own: Ctrl-C is meant for the engine, which lets running operations finish.
        this.child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, windowsHide: true });
        const { stdin, stdout, stderr } = this.child;
        stdin.on("error", () => {});
        stdout.on("data", (chunk: Buffer) => this.take(chunk));
        stderr.setEncoding("utf8").on("data", (text: string) => {
            this.words = (this.words + text).slice(-MOST_WORDS);
        });
        this.child.on("error", ({ code, message }: NodeJS.ErrnoException) =>
            this.end({
                code: null,
                words: code === "ENOENT" ? `there is no program ${program} on this machine` : message,
            }),
        );
        // The pipes may stay open for a process that the user's settings leave behind: ssh's own end is enough, a
        // moment later.
        this.child.on("exit", (code) => setTimeout(() => this.end({ code, words: this.words }), 100));
        this.child.on("close", (code) => this.end({ code, words: this.words }));
    }

    /** Starts the script, and returns what it reports about the host. */
    start(ms: number): Promise<Line[]> {
        return this.send([scriptFor(this.boundary)], "go", ms);
    }

    /** Sends a request and returns the lines of its answer, except the last one. Requests must not overlap. */
    ask(parts: readonly (string | Buffer)[], ms: number): Promise<Line[]> {
        return this.send(parts, "done", ms);
    }

    close(): void {
        // Some programs would take a signal for a request; closed pipes end all of them.
        this.child.stdin.end();
        for (const pipe of [this.child.stdin, this.child.stdout, this.child.stderr]) pipe.destroy();
        this.child.kill();
        this.end({ code: null, words: this.words });
    }

    private send(parts: readonly (string | Buffer)[], until: string, ms: number): Promise<Line[]> {
        return new Promise((done, failed) => {
            if (this.ended !== undefined) {
                failed(new SessionEnded(this.ended));
                return;
            }
            this.waiting = { until, done, failed };
            this.hold(true);
            this.timer = setTimeout(() => {
                this.end({ code: null, words: this.words, late: true });
                this.close();
            }, ms);
            this.child.stdin.write(Buffer.concat(parts.map((part) => Buffer.from(part as string))));
        });
    }

    private take(chunk: Buffer): void {
        let rest = chunk;
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
            this.chunks.push(rest.subarray(0, end));
            rest = rest.subarray(end + 1);
            this.line(Buffer.concat(this.chunks));
            this.chunks = [];
        }
        this.chunks.push(rest);
        this.bytes += chunk.length;
        const most = this.waiting?.until === "go" ? MOST_NOISE : MOST_BYTES;
        if (this.bytes > most) {
            this.end({ code: null, words: "it prints without end" });
            this.close();
        }
    }

    private line(line: Buffer): void {
        const text = line.toString("latin1");
        // A login's output may end without a line break, right before our first word.
        const at = text.indexOf(`${this.boundary} `);
        if (at < 0 || this.waiting === undefined) {
            // Windows prints to stdout what other systems print to stderr.
            if (this.waiting?.until === "go") this.words = `${this.words}${line.toString("utf8")}\n`.slice(-MOST_WORDS);
            return;
        }
        const words = line.subarray(at + this.boundary.length + 1).toString("utf8");
        const [, word = "", rest = ""] = /^(\S*) ?(.*)$/s.exec(words)!;
        if (word !== this.waiting.until) this.lines.push([word, rest]);
        if (word === this.waiting.until || word === "fail") this.settle();
    }

    private settle(): void {
        const { waiting, lines } = this;
        this.reset();
        waiting!.done(lines);
    }

    private reset(): void {
        clearTimeout(this.timer);
        this.waiting = undefined;
        this.lines = [];
        this.bytes = 0;
        this.hold(false);
    }

    private end(ending: Ending): void {
        if (this.ended !== undefined) return;
        this.ended = ending;
        const { waiting } = this;
        this.reset();
        waiting?.failed(new SessionEnded(ending));
    }

    /** Sets whether the child keeps this process alive. */
    private hold(on: boolean): void {
        const handles = [this.child, this.child.stdin, this.child.stdout, this.child.stderr] as unknown as {
            ref(): void;
            unref(): void;
        }[];
        for (const handle of handles) on ? handle.ref() : handle.unref();
    }
}
