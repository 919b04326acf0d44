import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Duplex } from "node:stream";

/** The two ends of a child process as one connection, for an engine that is reached through `ssh`. */
export class ChildStream extends Duplex {
    private words = "";

    constructor(private readonly child: ChildProcessWithoutNullStreams) {
        super();
        child.stdout.on("data", (chunk: Buffer) => this.push(chunk) || child.stdout.pause());
        child.stdin.on("error", () => {});
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
            this.words = (this.words + chunk).slice(-2000);
        });
        child.on("error", (error: NodeJS.ErrnoException) =>
            this.destroy(error.code === "ENOENT" ? new Error("there is no program ssh on this machine") : error),
        );
        child.on("close", (code) => {
            // The end is told only now: before, nobody knows whether it is one or a failure with a reason.
            if (code === 0 || this.destroyed) {
                this.push(null);
                return;
            }
            const words = this.words.trim().replace(/\s*\n\s*/g, "; ");
            this.destroy(new Error(`ssh ended with exit code ${code}${words === "" ? "" : `: ${words}`}`));
        });
    }

    override _read(): void {
        this.child.stdout.resume();
    }

    override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
        if (this.child.stdin.write(chunk)) {
            done();
        } else {
            this.child.stdin.once("drain", () => done());
        }
    }

    override _final(done: () => void): void {
        this.child.stdin.end(done);
    }

    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
        // Some programs take a signal for a request; closed pipes end every one of them.
        for (const pipe of [this.child.stdin, this.child.stdout, this.child.stderr]) {
            pipe.destroy();
        }
        this.child.kill();
        this.child.unref();
        done(error);
    }

    /** What `http` asks of a socket; a pipe has none of it. */
    setKeepAlive(): this {
        return this;
    }

    setNoDelay(): this {
        return this;
    }

    setTimeout(): this {
        return this;
    }

    ref(): this {
        this.child.ref();
        return this;
    }

    unref(): this {
        this.child.unref();
        return this;
    }
}
