/** Text styles of a terminal; plain text where colours are off. */
export class Style {
    constructor(private readonly on: boolean) {}

    bold(text: string): string {
        return this.wrap(text, "1", "22");
    }

    dim(text: string): string {
        return this.wrap(text, "2", "22");
    }

    good(text: string): string {
        return this.wrap(text, "32", "39");
    }

    warn(text: string): string {
        return this.wrap(text, "33", "39");
    }

    bad(text: string): string {
        return this.wrap(text, "31", "39");
    }

    private wrap(text: string, open: string, close: string): string {
        return this.on && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;
    }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Text from GitLab as it may stand on one line of a terminal: it could hold escape sequences or line breaks. */
export function oneLine(text: string): string {
    return text.replace(/[\r\n\t]+/g, " ").replace(CONTROL, "");
}
