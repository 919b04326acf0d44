const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Pseudo-random text from a seed (mulberry32), so that two runs with the same seed issue the same tokens. Not for
 * secrets.
 */
export class Random {
    /** Internal state; part of the store's snapshot. */
    state: number;

    constructor(seed: number) {
        this.state = seed >>> 0;
    }

    /** A whole number from 0 to 255. */
    byte(): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 8) & 0xff;
    }

    bytes(count: number): Buffer {
        return Buffer.from(Array.from({ length: count }, () => this.byte()));
    }

    hex(bytes: number): string {
        return this.bytes(bytes).toString("hex");
    }

    /** Text of letters, digits, `-` and `_`, like GitLab's friendly tokens. Never begins with `-`. */
    text(length: number): string {
        let text = "";
        while (text.length < length) {
            const letter = ALPHABET[this.byte() & 63]!;
            if (text !== "" || letter !== "-") text += letter;
        }
        return text;
    }
}
