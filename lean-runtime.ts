// Takes off Pulumi's Node.js runtime what a program that only declares pays for and never uses. Import it first: what
// was loaded before it stays as it is. `make bench ONLY=lean` measures the difference.
import type { Session } from "node:inspector";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { dropDebugMessages } from "./components/common/debug-messages";

/** Functions of Pulumi's that have no types outside it. */
interface Internals {
    debuggable: { debuggablePromise(promise: Promise<unknown>, context: unknown): Promise<unknown> };
    v8Hooks: { getSessionAsync(): Promise<Session> };
}

// Left to itself, V8 lets the heap grow fourfold before it looks for garbage: a third more memory in about the same time.
setFlagsFromString("--heap-growing-percent=100");
stopDebugger();

// Both stand for somebody who is after a fault in a program, and wants everything that Pulumi can tell.
if (process.env.GITLAB_FLEET_DEBUG === undefined && process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
    loadOnDemand();
    dropDebugMessages();
    keepPromisesWithoutStacks();
}

/**
 * To serialize functions for dynamic providers, which few programs do, Pulumi loads the TypeScript compiler and npm's
 * reader of package trees: most of a second.
 */
function loadOnDemand(): void {
    const pulumi = createRequire(require.resolve("@pulumi/pulumi"));
    for (const name of ["./typescript-shim", "@npmcli/arborist"]) {
        const file = pulumi.resolve(name);
        if (pulumi.cache[file] !== undefined) continue;
        const get = (_: object, property: string) => {
            // Whoever imports asks for this one at once, and would copy everything else.
            if (property === "__esModule") return true;
            if (pulumi.cache[file] === stub) delete pulumi.cache[file];
            return pulumi(file)[property];
        };
        const stub: NodeJS.Module = Object.assign(Object.create(module), { id: file, exports: new Proxy({}, { get }) });
        pulumi.cache[file] = stub;
    }
}

/** Every promise of Pulumi's keeps the stack it came from, as text, in case it is never settled. */
function keepPromisesWithoutStacks(): void {
    const debuggable: Internals["debuggable"] = require("@pulumi/pulumi/runtime/debuggable");
    const original = debuggable.debuggablePromise;
    debuggable.debuggablePromise = (promise, context) => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        try {
            return original(promise, context);
        } finally {
            Error.stackTraceLimit = limit;
        }
    };
}

/**
 * Pulumi listens to V8's debugger to serialize functions. With a debugger listening, V8 follows each failure through
 * every chain of promises that waits for it, which after one failed resource takes minutes and gigabytes.
 */
function stopDebugger(): void {
    const v8Hooks: Internals["v8Hooks"] = require("@pulumi/pulumi/runtime/closure/v8Hooks");
    void v8Hooks.getSessionAsync().then((session) => session.post("Debugger.disable"));
}
