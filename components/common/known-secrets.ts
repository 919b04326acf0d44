import { perProgram } from "./per-program";

const secrets = perProgram(() => new Set<string>());

/** Texts of at least this length are also looked for inside other texts; shorter ones would be found everywhere. */
const FINDABLE = 6;

/**
 * Notes texts that are secret although they are plain strings here: Pulumi passes a stack's configuration to a program
 * decrypted, and does not say which parts of it were encrypted.
 */
export function noteSecrets(texts: Iterable<string>): void {
    for (const text of texts) if (text !== "") secrets().add(text);
}

export function isNotedSecret(text: string): boolean {
    const noted = secrets();
    if (noted.size === 0) return false;
    return noted.has(text) || [...noted].some((secret) => secret.length >= FINDABLE && text.includes(secret));
}
