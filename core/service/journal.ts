import { attempt } from "../attempt";
import { oneLine } from "../one-line";
import { isMap } from "../values";

/**
 * One message of a unit's journal, made safe for a terminal: the process and whoever runs jobs on it decide what it
 * contains.
 */
export interface JournalLine {
    /** When it arrived, in seconds since 1970, by the host's clock. */
    time: number;
    text: string;
}

const LONGEST = 500;
const MOST = 500;

/** The command that prints a unit's last messages since a time, in seconds since 1970, for `readJournal`. */
export function journalSince(unit: string, since: number, most = MOST): string[] {
    return [
        ...["journalctl", "--no-pager", "--output=json", `--lines=${most}`],
        ...[`--since=@${Math.floor(since)}`, `--unit=${unit}`],
    ];
}

/**
 * Why the output is not a journal: the program is missing, this user may not read it, or other words of the program.
 */
export type NoJournal = "missing" | "forbidden" | { words: string };

export function whyNoJournal({ code, text }: { code: number; text: string }): NoJournal | undefined {
    if (code === 127) return "missing";
    if (/insufficient permissions|not seeing messages from other users/.test(text)) return "forbidden";
    return code === 0 || text.startsWith("{") ? undefined : { words: safe(text) || `exit code ${code}` };
}

/**
 * The messages since a time in the output of `journalctl --output=json`: one object per line. Other lines, such as
 * hints, are skipped. https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format
 */
export function readJournal(printed: string, since: number): JournalLine[] {
    return printed.split("\n").flatMap((line) => {
        const entry = parsed(line);
        const time = Number(entry?.__REALTIME_TIMESTAMP) / 1e6;
        const message = messageIn(entry?.MESSAGE);
        return message === undefined || !(time >= since) ? [] : [{ time, text: safe(message) }];
    });
}

/** Another program's words, in one line that is safe to print. */
export function safe(words: string): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: gitlab-runner colours its log even without a terminal.
    return oneLine(words.replace(/\x1b\[[0-9;]*m/g, "").trim(), LONGEST);
}

function parsed(line: string): Record<string, unknown> | undefined {
    if (!line.startsWith("{")) return undefined;
    const value = attempt((): unknown => JSON.parse(line));
    return isMap(value) ? value : undefined;
}

/** journald writes text that is not plain, such as colours, as an array of bytes, and too long text as null. */
function messageIn(value: unknown): string | undefined {
    if (typeof value === "string") return value;
    if (!Array.isArray(value) || !value.every((byte) => Number.isInteger(byte))) return undefined;
    return Buffer.from(value as number[]).toString("utf8");
}
