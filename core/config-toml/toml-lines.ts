/** Step of a path: a key, or the number of an item in a list of tables. */
export type Step = string | number;

/**
 * Says on which line of a TOML text a key stands, or the nearest table around it. The text must have been parsed
 * before: this only finds its way through quotes, comments and brackets, and checks nothing.
 */
export function findLines(text: string): (path: readonly Step[]) => number {
    const lines = new Map<string, number>();
    new Scanner(text, lines).scan();
    return (path) => {
        for (let length = path.length; length > 0; length--) {
            const line = lines.get(JSON.stringify(path.slice(0, length)));
            if (line !== undefined) return line;
        }
        return 1;
    };
}

class Scanner {
    private at = 0;
    private line = 1;
    private table: Step[] = [];
    private readonly counts = new Map<string, number>();

    constructor(
        private readonly text: string,
        private readonly lines: Map<string, number>,
    ) {}

    scan(): void {
        for (this.skipBlank(); this.at < this.text.length; this.skipBlank()) {
            if (this.text[this.at] === "[") this.header();
            else this.pair(this.table);
        }
    }

    private header(): void {
        const isList = this.text[this.at + 1] === "[";
        this.at += isList ? 2 : 1;
        const keys = this.keys("]");
        const path: Step[] = [];
        for (const [index, key] of keys.entries()) {
            path.push(key);
            const id = JSON.stringify(path);
            if (isList && index === keys.length - 1) this.counts.set(id, (this.counts.get(id) ?? -1) + 1);
            const item = this.counts.get(id);
            if (item !== undefined) path.push(item);
        }
        this.at += isList ? 2 : 1;
        this.table = path;
        this.note(path);
    }

    private pair(table: readonly Step[]): void {
        const path = [...table, ...this.keys("=")];
        this.at++;
        this.note(path);
        this.skipSpace();
        this.value(path);
    }

    /** Skips one value; an inline table's keys are noted like others. */
    private value(path: readonly Step[]): void {
        const start = this.text[this.at];
        if (start === '"' || start === "'") this.quoted(start);
        else if (start === "[") this.list(path);
        else if (start === "{") this.inlineTable(path);
        else while (this.at < this.text.length && !/[,\]}#\n]/.test(this.text[this.at]!)) this.at++;
    }

    private list(path: readonly Step[]): void {
        this.at++;
        for (let index = 0; this.at < this.text.length; index++) {
            this.skipBlank();
            if (this.text[this.at] === "]") break;
            this.note([...path, index]);
            this.value([...path, index]);
            this.skipBlank();
            if (this.text[this.at] === ",") this.at++;
        }
        this.at++;
    }

    private inlineTable(path: readonly Step[]): void {
        this.at++;
        while (this.at < this.text.length) {
            this.skipBlank();
            if (this.text[this.at] === "}") break;
            this.pair(path);
            this.skipBlank();
            if (this.text[this.at] === ",") this.at++;
        }
        this.at++;
    }

    private keys(end: string): string[] {
        const keys: string[] = [];
        while (this.at < this.text.length && this.text[this.at] !== end) {
            const start = this.text[this.at]!;
            if (start === '"' || start === "'") {
                const from = this.at;
                this.quoted(start);
                keys.push(unquote(this.text.slice(from, this.at)));
            } else if (/[\w-]/.test(start)) {
                const word = /[\w-]+/y;
                word.lastIndex = this.at;
                const key = word.exec(this.text)![0];
                keys.push(key);
                this.at += key.length;
            } else {
                this.at++;
            }
        }
        return keys;
    }

    private quoted(quote: string): void {
        const isBlock = this.text.startsWith(quote.repeat(3), this.at);
        const end = isBlock ? quote.repeat(3) : quote;
        this.at += end.length;
        while (this.at < this.text.length && !this.text.startsWith(end, this.at)) {
            if (this.text[this.at] === "\\" && quote === '"') this.step();
            this.step();
        }
        this.at += end.length;
        // A block may end in up to two quotes of its own.
        while (isBlock && this.text[this.at] === quote) this.at++;
    }

    private step(): void {
        if (this.text[this.at] === "\n") this.line++;
        this.at++;
    }

    private skipSpace(): void {
        while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
    }

    /** Skips space, comments and line ends. */
    private skipBlank(): void {
        while (this.at < this.text.length && /[\s#]/.test(this.text[this.at]!)) {
            if (this.text[this.at] === "#") while (this.at < this.text.length && this.text[this.at] !== "\n") this.at++;
            else this.step();
        }
    }

    private note(path: readonly Step[]): void {
        const id = JSON.stringify(path);
        if (!this.lines.has(id)) this.lines.set(id, this.line);
    }
}

function unquote(text: string): string {
    if (text.startsWith("'")) return text.slice(1, -1);
    try {
        return JSON.parse(text);
    } catch {
        return text.slice(1, -1);
    }
}
