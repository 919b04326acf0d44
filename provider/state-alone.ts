import type { Props } from "../core/props";
import type { ResourceHandler } from "./handler";

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
    if (Object.keys(state).length === 0) throw new Error(`${type} cannot be imported: ${why}`);
}
