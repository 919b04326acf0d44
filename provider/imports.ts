import type { Props } from "../core/props";
import { isNotFound } from "../gitlab/errors";
import type { Found, ResourceHandler } from "./handler";

const NOTHING_OUTSIDE = "nothing of it exists outside. Declare the manager, and run up.";

/** The read of a resource that its state alone knows: it stays as it is. */
export function stateAlone(type: string, whyNotImported = NOTHING_OUTSIDE): ResourceHandler["read"] {
    return async (_call, id, state, inputs) => {
        refuseImport(type, state, whyNotImported);
        return { id, state, inputs };
    };
}

/** Refuses an import: it would stand in the state without a single property. */
export function refuseImport(type: string, state: Props, why = NOTHING_OUTSIDE): void {
    if (isImport(state)) throw new Error(`${type} cannot be imported: ${why}`);
}

/** Whether a read is an import, which has no state. */
export function isImport(state: Props): boolean {
    return Object.keys(state).length === 0;
}

/** What a read finds. An import finds nothing where GitLab says 404; of what the state has, that is an error. */
export async function foundIn(state: Props, read: () => Promise<Found | undefined>): Promise<Found | undefined> {
    return read().catch((error) => {
        if (isImport(state) && isNotFound(error)) return undefined;
        throw error;
    });
}
