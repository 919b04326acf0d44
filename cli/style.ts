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

export { oneLine } from "../core/one-line";
