import * as pulumi from "@pulumi/pulumi";
import { safeText } from "../../core/safe-text";

/** Prints a warning below a resource, or below the stack. Not awaited, and lost if the engine does not take it. */
export function warn(text: string, resource?: pulumi.Resource): void {
    pulumi.log.warn(safeText(text), resource).catch(() => {});
}

/** Prints an info message, in the same way. */
export function inform(text: string, resource?: pulumi.Resource): void {
    pulumi.log.info(safeText(text), resource).catch(() => {});
}

/**
 * Makes Pulumi print an error for a user's mistake as its message alone.
 *
 * Pulumi prefixes the message with `error serializing property "…"` once for each property on the way, and those names
 * are ours. It also prints the stack even of a `RunError` if no export awaits the failure.
 */
export function withFixedMessage<E extends Error>(error: E): E {
    const { message } = error;
    // Pulumi prints the whole error for its traces, and attaches every promise that fails because of it. Those refer to
    // each other in so many ways that printing them takes a minute even in a small stack.
    if ("resource" in error) Object.defineProperty(error, "resource", { enumerable: false });
    Object.defineProperty(error, "promise", { get: () => undefined, set: () => {} });
    Object.defineProperty(error, "stack", { value: message });
    return Object.defineProperty(error, "message", { get: () => message, set: () => {} });
}

/**
 * Fails with a user's mistake without `throw`: on a throw, V8's debugger, which Pulumi's host enables, searches every
 * path through the waiting promises for a handler. In a chain of outputs there are too many paths to search.
 */
export function rejectWith(error: Error): Promise<never> {
    return Promise.reject(withFixedMessage(error));
}
