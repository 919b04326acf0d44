import { show, withoutTokens } from "./values";

/** Control characters, marks that turn the direction of writing round, and what has no glyph; line breaks and tabs are judged apart. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;
/** Most texts: nothing to look for, which takes a tenth of the time. */
const PLAIN = /^[\x20-\x7e\t\n]*$/;
/** What lays a text out. */
const LAYOUT: ReadonlySet<string> = new Set(["\n", "\t"]);
/** How Pulumi marks colours in what it prints: a name that holds such a mark would colour the rest, or hide it. */
const COLOUR = /<\{%/g;

/**
 * Text as it may be printed: names and words of GitLab's are other people's, and could hold escape sequences, forge lines of ours by
 * a carriage return, turn the direction of writing round, or hold a token that somebody took for a name. Line breaks and tabs stay.
 * Here alone it is decided what is safe.
 */
export function safeText(text: string): string {
    return withoutTokens(replaceUnsafe(text, () => "\ufffd").replace(COLOUR, "<{ %"));
}

/** A value as JSON that may be printed. What is unsafe is written by its number, so of all but tokens nothing is lost to whoever reads it. */
export function safeJson(value: unknown): string {
    const json = replaceUnsafe(JSON.stringify(value, undefined, 2), (character) =>
        // JSON counts in halves of characters.
        character
            .split("")
            .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, "0")}`)
            .join(""),
    );
    return withoutTokens(json);
}

/** The first character that may not be printed as it is. */
export function findUnsafe(text: string): string | undefined {
    return [...text.matchAll(UNSAFE)].map(([character]) => character).find((character) => !LAYOUT.has(character));
}

/**
 * Why a text cannot name anything, in words that follow its path. Two names that look alike would be two things: in GitLab's pages, in
 * previews, and to whoever writes one of them down. What joins the parts of one emoji is part of a letter.
 */
export function whyUnseen(name: string): string | undefined {
    const [unseen] = name.replaceAll("\u200d", "").match(UNSAFE) ?? [];
    if (unseen === undefined) return undefined;
    const code = `U+${unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
    return `must not hold characters that nobody sees (${code} in ${show(name)}). Write it anew.`;
}

/** Puts something else in the place of each character that may not be printed as it is. */
export function replaceUnsafe(text: string, instead: (character: string) => string): string {
    if (PLAIN.test(text)) return text;
    return text.replace(UNSAFE, (character) => (LAYOUT.has(character) ? character : instead(character)));
}
