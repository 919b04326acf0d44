import * as pulumi from "@pulumi/pulumi";
import { safeText } from "../../core/safe-text";

/** Prints a warning below a resource, or below the stack. Nobody waits for it, and one that the engine does not take is lost. */
export function warn(text: string, resource?: pulumi.Resource): void {
    pulumi.log.warn(safeText(text), resource).catch(() => {});
}

/** Prints a remark, in the same way. */
export function inform(text: string, resource?: pulumi.Resource): void {
    pulumi.log.info(safeText(text), resource).catch(() => {});
}

/**
 * Makes a user's mistake one that is printed as it is: its text and nothing else.
 *
 * Pulumi puts `error serializing property "…"` in front of the text once for each property on its way, and those names
 * are ours. And where no export waits for the failure, it prints the stack even of a `RunError`.
 */
export function withFixedMessage<E extends Error>(error: E): E {
    const { message } = error;
    // Pulumi prints the whole error for its traces, and hangs every promise that fails of it on it: those lead to each
    // other in so many ways that printing them takes a minute even in a small stack.
    if ("resource" in error) Object.defineProperty(error, "resource", { enumerable: false });
    Object.defineProperty(error, "promise", { get: () => undefined, set: () => {} });
    Object.defineProperty(error, "stack", { value: message });
    return Object.defineProperty(error, "message", { get: () => message, set: () => {} });
}

/**
 * Fails with a user's mistake without a `throw`: at one, V8's debugger, which Pulumi's host enables, searches every path
 * through the promises that wait for somebody who will catch it. In a chain of outputs those are beyond counting.
 */
export function rejectWith(error: Error): Promise<never> {
    return Promise.reject(withFixedMessage(error));
}
