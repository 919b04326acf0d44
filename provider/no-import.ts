import type { Props } from "../core/props";

/** Refuses the import of a resource that is nothing outside: it would stand in the state without a single property. */
export function refuseImport(type: string, state: Props): void {
    if (Object.keys(state).length > 0) return;
    throw new Error(`${type} cannot be imported: nothing of it exists outside. Declare the manager, and run up.`);
}
