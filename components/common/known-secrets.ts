import { perProgram } from "./per-program";

const secrets = perProgram(() => new Set<string>());

/** As long as this, a text is looked for inside of others, too; a shorter one would be found everywhere. */
const FINDABLE = 6;

/**
 * Notes texts that are secret although they are plain strings here: a stack's configuration reaches a program decrypted, and
 * without a word on which part of it was encrypted.
 */
export function noteSecrets(texts: Iterable<string>): void {
    for (const text of texts) if (text !== "") secrets().add(text);
}

export function isNotedSecret(text: string): boolean {
    const noted = secrets();
    if (noted.size === 0) return false;
    return noted.has(text) || [...noted].some((secret) => secret.length >= FINDABLE && text.includes(secret));
}
