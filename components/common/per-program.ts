import * as pulumi from "@pulumi/pulumi";

/**
 * One value for each run of a Pulumi program. A process may run several (inline programs, tests), and what they declare
 * must not meet.
 */
export function perProgram<T>(make: () => T): () => T {
    const values = new WeakMap<object, T>();
    const outside = {};
    return () => {
        const run: object = pulumi.runtime.getMonitor() ?? outside;
        let value = values.get(run);
        if (value === undefined) {
            value = make();
            values.set(run, value);
        }
        return value;
    };
}
