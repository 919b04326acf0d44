// Ends a program whose engine is gone, after a `kill -9` of `pulumi up` for instance. Imported for its effect.
//
// Pulumi's runtime does not end by itself then. It tells each error to the engine, and writes what it cannot deliver to
// stderr. That is a pipe to the same engine: each write fails (EPIPE), which is one more error to tell. It goes round
// without end, at a whole core, and keeps every message.
import { readFileSync } from "node:fs";
import { connect } from "node:http2";

/** In milliseconds. */
const PAUSE = 500;

// Set by Pulumi where it runs a program in a process of its own. Elsewhere (inline programs of the Automation API, tests) the
// process is somebody else's, and no engine's end is a reason to end it.
const engine = process.env.PULUMI_NODEJS_ENGINE;
if (engine !== undefined) {
    watch(engine);
    for (const stream of [process.stdout, process.stderr]) {
        stream.on("error", (error: NodeJS.ErrnoException) => {
            // What goes round above never lets the event loop hear of a closed connection.
            if (error.code === "EPIPE") end();
            throw error;
        });
    }
}

/** Holds a connection to the engine, which costs neither side anything, and ends once nobody listens there any more. */
function watch(address: string): void {
    const began = Date.now();
    const session = connect(`http://${address}`);
    let isRefused = false;
    // Until then the process waits for it, so that a program that fails with its engine hears why.
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

/** Whoever started this process for the engine would look only every five minutes whether the engine is still there. */
function endLanguageHost(): void {
    try {
        // Only Linux tells, and a process that is not certainly the language host is left alone.
        const name = readFileSync(`/proc/${process.ppid}/comm`, "utf8");
        if (name.startsWith("pulumi-language")) process.kill(process.ppid);
    } catch {
        // It has gone already, or this is another system.
    }
}
