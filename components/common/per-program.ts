import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { keptFor } from "../../core/kept-for";

const runs = new AsyncLocalStorage<object>();

/**
 * One value for each run of a Pulumi program. A process may run several (inline programs, tests), and what they declare
 * must not meet.
 */
export function perProgram<T>(make: () => T): () => T {
    const keptIn = keptFor<object, T>(make);
    const outside = {};
    return () => keptIn(runs.getStore() ?? pulumi.runtime.getMonitor() ?? outside);
}

/**
 * Declares as a part of a run that has several parts: of a program in another language each component is declared by
 * itself, with a connection of its own, and all of them are one program.
 */
export function inRun<T>(run: object, declare: () => T): T {
    return runs.run(run, declare);
}

/** Whether this is a part of a run: what is declared here knows nothing of what the program declares next. */
export function isPartOfRun(): boolean {
    return runs.getStore() !== undefined;
}
