/** Text styles of a terminal; plain text if colours are off. */
export class Style {
    readonly bold = this.between(1, 22);
    readonly dim = this.between(2, 22);
    readonly good = this.between(32, 39);
    readonly warn = this.between(33, 39);
    readonly bad = this.between(31, 39);

    constructor(private readonly on: boolean) {}

    private between(open: number, close: number): (text: string) => string {
        return (text) => (this.on && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text);
    }
}

export { oneLine } from "../core/one-line";
