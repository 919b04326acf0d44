import { show, withoutTokens } from "./values";

/**
 * Control characters, marks that reverse the direction of writing, and characters without a glyph; line breaks and tabs
 * are handled separately.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;
/** Most texts are plain: this check takes a tenth of the time of the full one. */
const PLAIN = /^[\x20-\x7e\t\n]*$/;
/** Characters that only lay out a text. */
const LAYOUT: ReadonlySet<string> = new Set(["\n", "\t"]);
/** Pulumi's markup for colours: in a name, it would colour the rest of the output, or hide it. */
const COLOUR = /<\{%/g;

/**
 * Text that is safe to print. Names and other texts from GitLab are written by others: they could contain escape
 * sequences, forge lines of ours with a carriage return, reverse the direction of writing, or contain a token that
 * somebody took for a name. Line breaks and tabs stay. This is the only place that decides what is safe.
 */
export function safeText(text: string): string {
    return withoutTokens(replaceUnsafe(text, () => "\ufffd").replace(COLOUR, "<{ %"));
}

/**
 * A value as JSON that is safe to print. Unsafe characters are escaped by number, so a reader loses nothing but tokens.
 */
export function safeJson(value: unknown): string {
    const json = replaceUnsafe(JSON.stringify(value, undefined, 2), (character) =>
        // JSON escapes UTF-16 code units, not characters.
        character
            .split("")
            .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, "0")}`)
            .join(""),
    );
    return withoutTokens(json);
}

/** The first character that must not be printed as it is. */
export function findUnsafe(text: string): string | undefined {
    return [...text.matchAll(UNSAFE)].map(([character]) => character).find((character) => !LAYOUT.has(character));
}

/**
 * Why a text cannot be a name, in words that follow its path. Two names that look alike would be two things: in
 * GitLab's pages, in previews, and for people who copy them. The joiner within an emoji is allowed: it is part of a
 * letter.
 */
export function whyUnseen(name: string): string | undefined {
    const [unseen] = name.replaceAll("\u200d", "").match(UNSAFE) ?? [];
    if (unseen === undefined) return undefined;
    const code = `U+${unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
    return `must not hold invisible characters (${code} in ${show(name)}). Write it again.`;
}

/** Replaces each character that must not be printed as it is. */
export function replaceUnsafe(text: string, instead: (character: string) => string): string {
    if (PLAIN.test(text)) return text;
    return text.replace(UNSAFE, (character) => (LAYOUT.has(character) ? character : instead(character)));
}
