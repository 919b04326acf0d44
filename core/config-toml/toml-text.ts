const BARE_KEY = /^[A-Za-z0-9_-]+$/;
// TOML forbids raw control characters; a tab may stand in every kind of string.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL_BUT_NEWLINE = /[\u0000-\u0008\u000b-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const SPECIAL = /["\\\u0000-\u0008\u000a-\u001f\u007f]/;
const NEEDS_ESCAPE = new RegExp(SPECIAL, "g");
const ESCAPES: Record<string, string> = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
};
const LONGEST_LINE = 120;

/** A key, quoted only where TOML asks for it. */
export function tomlKey(key: string): string {
    return BARE_KEY.test(key) ? key : basicString(key);
}

/** The dotted name of a table header. */
export function tomlPath(path: readonly string[]): string {
    return path.map(tomlKey).join(".");
}

/** A string: several lines as a block, backslashes and quotes in single quotes, everything else in double quotes. */
export function tomlString(text: string): string {
    if (!SPECIAL.test(text)) return `"${text}"`;
    if (text.includes("\n")) return blockString(text);
    if (/["\\]/.test(text) && !text.includes("'") && !CONTROL.test(text)) return `'${text}'`;
    return basicString(text);
}

/** A string on one line, whatever it holds. */
export function basicString(text: string): string {
    return `"${text.replace(NEEDS_ESCAPE, escapeCharacter)}"`;
}

// Blocks begin on the line after the quotes: TOML drops that first newline.
function blockString(text: string): string {
    const readsRaw = !text.includes("'''") && !text.endsWith("'") && !CONTROL_BUT_NEWLINE.test(text);
    if (readsRaw) return `'''\n${text}'''`;
    const escaped = text.replace(NEEDS_ESCAPE, (character, offset: number) => {
        if (character === "\n") return "\n";
        // A lone quote may stand; two in a row or one at the end could close the block.
        if (character === '"' && text[offset + 1] !== '"' && text[offset - 1] !== '"' && offset + 1 < text.length)
            return '"';
        return escapeCharacter(character);
    });
    return `"""\n${escaped}"""`;
}

function escapeCharacter(character: string): string {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
}

/** A whole number without separators. */
export function tomlInteger(value: number): string {
    return Object.is(value, -0) ? "0" : String(value);
}

/** A number with a fraction; a whole one gets `.0`, so that it stays a float. */
export function tomlFloat(value: number): string {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A list: on one line while it fits, else one item per line. */
export function tomlList(items: readonly string[], indent: string): string {
    const line = `[${items.join(", ")}]`;
    if (items.length < 2 || (line.length + indent.length <= LONGEST_LINE && !line.includes("\n"))) return line;
    return `[\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}]`;
}
