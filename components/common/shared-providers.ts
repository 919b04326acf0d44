import * as pulumi from "@pulumi/pulumi";
import { isNotedSecret } from "./known-secrets";
import { perProgram } from "./per-program";
import { withFixedMessage } from "./say";

/**
 * Shares providers of one kind. Each provider is a separate process, so managers at the same place share one, with the
 * options of the first. Its name is its identity: another place gets another provider, so that resources at the old
 * place are deleted there.
 */
export function sharedProviders<Provider>(kind: string) {
    const shared = perProgram(() => ({ byKey: new Map<string, Provider>(), names: new Set<string>() }));
    const nameOf = (place: string | undefined) => {
        const { names } = shared();
        const base = place === undefined || isNotedSecret(place) ? kind : `${kind} ${place}`;
        let name = base;
        for (let count = 2; names.has(name); count++) name = `${base} (${count})`;
        names.add(name);
        return name;
    };
    return (key: unknown, place: string | undefined, declare: (name: string) => Provider): Provider => {
        const { byKey } = shared();
        const text = JSON.stringify(key);
        const provider = byKey.get(text) ?? declare(nameOf(place));
        byKey.set(text, provider);
        return provider;
    };
}

/** Loads a package that only some users need, or says what to install. `what` needs it, such as `placement.docker`. */
export function needPackage<T>(name: string, major: string, what: string, load: () => T): T {
    try {
        return load();
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== "MODULE_NOT_FOUND" || !message.includes(name)) throw error;
        throw withFixedMessage(
            new pulumi.RunError(
                `${what} needs the package ${name}, which is not installed. Run: npm install ${name}@${major}`,
            ),
        );
    }
}
