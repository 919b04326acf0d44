import type * as pulumi from "@pulumi/pulumi";
import { safeText } from "../core/safe-text";

/** A component that is being declared, and who waits for it. */
interface Pending {
    label: string;
    component: pulumi.Resource | undefined;
    fail(error: Error): void;
}

const pending = new Set<Pending>();
/** By error, the component that has failed with it. Many promises may fail of one, and of several components. */
const told = new WeakMap<object, string>();

/**
 * Declares a component; rejects also when something fails that nobody waits for, such as a resource below it whose arguments turned
 * out to be wrong. Pulumi's runtime leaves those to the process, which in a program would end.
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

/** What has failed by now has been told by then. */
async function afterRejections<T>(value: T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
}

/** The words of an error, without its stack; the second time only where it was told. */
function tellOnce(error: unknown, label: string): string {
    if (!(error instanceof Error)) return String(error);
    const before = told.get(error);
    if (before !== undefined && before !== label) return `${label}: correct what is reported for ${before} first.`;
    told.set(error, label);
    return error.message;
}

/** Hands a rejection that nobody has handled to the components that it is of. */
export function onUnhandled(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (told.has(error)) return;
    const { resource } = error as { resource?: Placed };
    // What no resource stands for, such as a path that GitLab does not know, is of all that are being declared.
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
