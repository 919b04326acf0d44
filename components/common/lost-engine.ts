// Ends a program whose engine is gone, for example after a `kill -9` of `pulumi up`. Imported for its side effect.
//
// Pulumi's runtime does not end by itself then. It reports each error to the engine, and writes what it cannot deliver
// to stderr. That is a pipe to the same engine, so each write fails (EPIPE), which is one more error to report. This
// loop never ends, uses a whole core, and keeps every message.
import { readFileSync } from "node:fs";
import { connect } from "node:http2";

/** In milliseconds. */
const PAUSE = 500;

// Pulumi sets this if it runs the program in a process of its own. Otherwise (inline programs of the Automation API,
// tests) the process belongs to somebody else, and must not end because an engine did.
const engine = process.env.PULUMI_NODEJS_ENGINE;
if (engine !== undefined) {
    watch(engine);
    for (const stream of [process.stdout, process.stderr]) {
        stream.on("error", (error: NodeJS.ErrnoException) => {
            // The loop described above keeps the event loop from ever reporting a closed connection.
            if (error.code === "EPIPE") end();
            throw error;
        });
    }
}

/** Keeps an idle connection to the engine, and ends the process once nothing listens there any more. */
function watch(address: string): void {
    const began = Date.now();
    const session = connect(`http://${address}`);
    let isRefused = false;
    // Until it is connected it keeps the process alive, so that a program that loses its engine ends with the reason.
    session.on("connect", () => session.unref());
    session.on("error", (error: NodeJS.ErrnoException) => {
        isRefused = error.code === "ECONNREFUSED";
    });
    session.on("close", () => {
        if (isRefused) end();
        setTimeout(watch, Date.now() - began < PAUSE ? PAUSE : 0, address);
    });
}

function end(): never {
    endLanguageHost();
    process.exit(1);
}

/** The language host that started this process checks only every five minutes whether the engine is still there. */
function endLanguageHost(): void {
    try {
        // Only Linux has /proc. A process that is not certainly the language host is left alone.
        const name = readFileSync(`/proc/${process.ppid}/comm`, "utf8");
        if (name.startsWith("pulumi-language")) process.kill(process.ppid);
    } catch {
        // It has ended already, or this is not Linux.
    }
}
