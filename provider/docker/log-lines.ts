export interface LogLine {
    /** When, by the engine's clock: RFC 3339 with nanoseconds. */
    time: string;
    text: string;
}

/**
 * The lines of a log as the engine sends it: frames with an 8-byte header, or plain text if the container has a
 * terminal.
 */
export function readLog(body: Buffer): LogLine[] {
    const chunks: Buffer[] = [];
    for (let at = 0; at < body.length; ) {
        if (body[at]! > 2 || body.length - at < 8) {
            chunks.push(body.subarray(at));
            break;
        }
        const size = body.readUInt32BE(at + 4);
        chunks.push(body.subarray(at + 8, at + 8 + size));
        at += 8 + size;
    }
    return Buffer.concat(chunks).toString("utf8").split("\n").filter(Boolean).map(toLine);
}

function toLine(line: string): LogLine {
    const space = line.indexOf(" ");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: gitlab-runner colours its log even without a terminal.
    const text = line.slice(space + 1).replace(/\x1b\[[0-9;]*m/g, "");
    return { time: line.slice(0, space), text: text.trimEnd() };
}
