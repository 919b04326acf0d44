import * as pulumi from "@pulumi/pulumi";
import { mapParts } from "../../core/values";
import { perProgram } from "./per-program";

const secrets = perProgram(() => new Set<string>());

/** Texts of at least this length are also looked for inside other texts; shorter ones would be found everywhere. */
const FINDABLE = 6;

/**
 * Notes texts that are secret although they are plain strings here: Pulumi passes a stack's configuration to a program
 * decrypted, and does not say which parts of it were encrypted.
 */
export function noteSecrets(texts: Iterable<string>): void {
    const noted = secrets();
    const before = noted.size;
    for (const text of texts) if (text !== "") noted.add(text);
    // Whatever resource gets one: a container's variables, the address of a proxy. Mocks have no stack.
    if (before === 0 && noted.size > 0 && pulumi.runtime.getStackResource() !== undefined)
        pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
            props: withSecrets(props) as object,
            opts,
        }));
}

function withSecrets(value: unknown): unknown {
    if (pulumi.Output.isInstance(value)) return value.apply(withSecrets);
    if (value instanceof Promise) return value.then(withSecrets);
    return typeof value === "string" && isNotedSecret(value) ? pulumi.secret(value) : mapParts(value, withSecrets);
}

export function isNotedSecret(text: string): boolean {
    const noted = secrets();
    if (noted.size === 0) return false;
    return noted.has(text) || [...noted].some((secret) => secret.length >= FINDABLE && text.includes(secret));
}
