import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { keptFor } from "../../core/kept-for";

const runs = new AsyncLocalStorage<object>();

/**
 * One value for each run of a Pulumi program. A process may run several programs (inline programs, tests), and what
 * they declare must not mix.
 */
export function perProgram<T>(make: () => T): () => T {
    const keptIn = keptFor<object, T>(make);
    const outside = {};
    return () => keptIn(runs.getStore() ?? pulumi.runtime.getMonitor() ?? outside);
}

/**
 * Runs `declare` as part of a run that has several parts: for a program in another language, Pulumi constructs each
 * component separately, over a connection of its own, but all of them belong to one program.
 */
export function inRun<T>(run: object, declare: () => T): T {
    return runs.run(run, declare);
}

/** Whether this is one part of a run, which cannot know what the program declares next. */
export function isPartOfRun(): boolean {
    return runs.getStore() !== undefined;
}
