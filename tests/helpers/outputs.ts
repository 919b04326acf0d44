import * as pulumi from "@pulumi/pulumi";

/** Value of an output. Rejects if the output fails, while a bare `apply` would wait forever. */
export async function resolved<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
    const known = pulumi.output(output) as unknown as { promise(): Promise<pulumi.Unwrap<T>> };
    return known.promise();
}

/**
 * Messages of the errors with which registrations fail after `declare` has returned, each once. The engine reports such
 * errors as unhandled rejections, so they are caught as those here.
 */
export async function failuresAfter(
    declare: () => unknown,
    look: (failure: Error) => void = () => {},
): Promise<string[]> {
    const failures = new Set<unknown>();
    const listeners = process.listeners("unhandledRejection");
    const collect = (failure: unknown) => failures.add(failure);
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", collect);
    try {
        declare();
        const deadline = Date.now() + 5000;
        while (failures.size === 0 && Date.now() < deadline) await turn();
        // Further registrations may fail with the same error, or with another.
        for (let count = 0; count < 10; count++) await turn();
    } finally {
        process.off("unhandledRejection", collect);
        for (const listener of listeners) process.on("unhandledRejection", listener);
    }
    for (const failure of failures) if (failure instanceof Error) look(failure);
    return [...failures].map((failure) => (failure instanceof Error ? failure.message : String(failure)));
}

function turn(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 2));
}

/** The warnings that are printed while something runs. */
export async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
    const warnings: string[] = [];
    const { warn } = pulumi.log;
    Object.assign(pulumi.log, { warn: async (text: string) => void warnings.push(text) });
    try {
        await run();
    } finally {
        Object.assign(pulumi.log, { warn });
    }
    return warnings;
}
