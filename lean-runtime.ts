// Removes from Pulumi's Node.js runtime what costs every program but is of no use to one that only declares resources.
// Import it first: it does not change what was loaded before. `make bench ONLY=lean` measures the difference.
import type { Session } from "node:inspector";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { dropDebugMessages } from "./components/common/debug-messages";

/** Functions of Pulumi that have no public types. */
interface Internals {
    debuggable: { debuggablePromise(promise: Promise<unknown>, context: unknown): Promise<unknown> };
    v8Hooks: { getSessionAsync(): Promise<Session> };
}

// By default, V8 lets the heap grow fourfold before it collects garbage: a third more memory for the same speed.
setFlagsFromString("--heap-growing-percent=100");
stopDebugger();

// Both variables mean that somebody is looking for a fault in a program, and wants everything that Pulumi can tell.
if (process.env.GITLAB_FLEET_DEBUG === undefined && process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
    loadOnDemand();
    dropDebugMessages();
    keepPromisesWithoutStacks();
}

/**
 * To serialize functions for dynamic providers, which few programs have, Pulumi loads the TypeScript compiler and npm's
 * reader of package trees, which takes most of a second.
 */
function loadOnDemand(): void {
    const pulumi = createRequire(require.resolve("@pulumi/pulumi"));
    for (const name of ["./typescript-shim", "@npmcli/arborist"]) {
        const file = pulumi.resolve(name);
        if (pulumi.cache[file] !== undefined) continue;
        const get = (_: object, property: string) => {
            // An import asks for this property first, and would then copy all others.
            if (property === "__esModule") return true;
            if (pulumi.cache[file] === stub) delete pulumi.cache[file];
            return pulumi(file)[property];
        };
        const stub: NodeJS.Module = Object.assign(Object.create(module), { id: file, exports: new Proxy({}, { get }) });
        pulumi.cache[file] = stub;
    }
}

/** Every promise of Pulumi keeps its stack trace as text, in case it is never settled. */
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
 * Pulumi uses V8's debugger to serialize functions. With a debugger attached, V8 follows each failure through all
 * chains of promises that wait for it, which takes minutes and gigabytes after one failed resource.
 */
function stopDebugger(): void {
    const v8Hooks: Internals["v8Hooks"] = require("@pulumi/pulumi/runtime/closure/v8Hooks");
    void v8Hooks.getSessionAsync().then((session) => session.post("Debugger.disable"));
}
