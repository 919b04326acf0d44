import type * as pulumi from "@pulumi/pulumi";
import { safeText } from "../core/safe-text";

/** A component that is being declared, and how to reject it. */
interface Pending {
    label: string;
    component: pulumi.Resource | undefined;
    fail(error: Error): void;
}

const pending = new Set<Pending>();
/** The component for which an error was reported. One error may reject many promises, of several components. */
const told = new WeakMap<object, string>();

/**
 * Declares a component. Also rejects if something fails that nobody awaits, such as a resource below it with wrong
 * arguments. Pulumi's runtime leaves such rejections to the process, and a program would end.
 */
export async function failing<T>(
    label: string,
    declare: (watch: (component: pulumi.Resource) => void) => Promise<T>,
): Promise<T> {
    const one: Pending = { label, component: undefined, fail: () => {} };
    const failure = new Promise<never>((_, reject) => {
        one.fail = reject;
    });
    pending.add(one);
    try {
        const declared = declare((component) => {
            one.component = component;
        });
        return await Promise.race([declared.then(afterRejections), failure]);
    } catch (error) {
        throw new Error(tellOnce(error, label));
    } finally {
        pending.delete(one);
    }
}

/** After this, everything that has failed so far has been handed to its component. */
async function afterRejections<T>(value: T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
}

/** The message of an error; for a further component, only a reference to the one for which it was reported. */
function tellOnce(error: unknown, label: string): string {
    if (!(error instanceof Error)) return String(error);
    const before = told.get(error);
    if (before !== undefined && before !== label) return `${label}: correct what is reported for ${before} first.`;
    told.set(error, label);
    return error.message;
}

/** Hands an unhandled rejection to the components that it belongs to. */
export function onUnhandled(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (told.has(error)) return;
    const { resource } = error as { resource?: Placed };
    // An error without a resource, such as a path that GitLab does not know, belongs to all components that are being
    // declared.
    const culprits = [...pending].filter(({ component }) => resource === undefined || isWithin(resource, component));
    for (const { fail } of culprits) fail(error);
    if (culprits.length === 0) process.stderr.write(`${safeText(error.message)}\n`);
}

/** A resource, with what Pulumi's types leave out. */
interface Placed {
    __parentResource?: Placed;
}

function isWithin(resource: Placed, component: unknown): boolean {
    for (let at: Placed | undefined = resource; at !== undefined; at = at.__parentResource) {
        if (at === component) return true;
    }
    return false;
}
