import * as fs from "node:fs";

/** The largest file that is read: a config.toml of 1,000 workers has a quarter of a mebibyte. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** How long a read may take, in milliseconds: an unresponsive network file system must not block everything. */
const MOST_MS = 10_000;
const CHUNK = 256 * 1024;
/** Without O_NONBLOCK, opening a FIFO waits for its other end. Windows has neither. */
const READING = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** A file that was read completely. */
export interface FileText {
    text: string;
    /** The raw content: a text that is not UTF-8 cannot be converted back. */
    bytes: Buffer;
    /** Its owner, group and mode when it was opened. */
    stat: fs.Stats;
}

/** Why a file was not read. `code` is the operating system's, or ours for files that the system would have read. */
export class FileProblem extends Error {
    constructor(
        readonly path: string,
        readonly code: string,
        /** What follows the file's name in a sentence: `is a FIFO, not a regular file`. */
        readonly says: string,
        readonly remedy: string,
    ) {
        super(`${path} ${says} (${code}). ${remedy}`);
    }

    /** Whether another user might be able to read it. */
    get forbidden(): boolean {
        return this.code === "EACCES" || this.code === "EPERM";
    }
}

/**
 * The text of a regular file; `undefined` if there is none. Opens nothing else: a FIFO or a device would block the
 * reader forever. Follows a symbolic link.
 */
export async function readRegularFile(
    path: string,
    { bytes = MOST_BYTES, ms = MOST_MS }: { bytes?: number; ms?: number } = {},
): Promise<FileText | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        const says = `was not read within ${ms / 1000} seconds`;
        const problem = new FileProblem(path, "ETIMEDOUT", says, "Look whether its file system answers.");
        timer = setTimeout(() => reject(problem), ms);
    });
    try {
        return await Promise.race([read(path, bytes), late]);
    } catch (error) {
        if (error instanceof FileProblem) throw error;
        const { code = "unknown error" } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw new FileProblem(path, code, "cannot be read", remedyFor(code));
    } finally {
        clearTimeout(timer);
    }
}

/** The kind of a file that is not regular: `a FIFO`; `undefined` for a regular one. */
export function kindOf(stat: fs.Stats): string | undefined {
    if (stat.isFile()) return undefined;
    if (stat.isDirectory()) return "a directory";
    if (stat.isFIFO()) return "a FIFO";
    if (stat.isSocket()) return "a socket";
    return "a device";
}

async function read(path: string, limit: number): Promise<FileText> {
    // Checked before opening, because opening a device may have effects, and after it, because the file may be another
    // one by then.
    refuseIrregular(path, await fs.promises.stat(path));
    const file = await fs.promises.open(path, READING);
    try {
        const stat = await file.stat();
        refuseIrregular(path, stat);
        refuseLarge(path, stat.size, limit);
        const chunks: Buffer[] = [];
        // The size is only a hint: files in /proc report 0, and others grow.
        for (let total = 0; ; ) {
            const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, total);
            if (bytesRead === 0) {
                const content = Buffer.concat(chunks);
                return { text: content.toString("utf8"), bytes: content, stat };
            }
            total += bytesRead;
            refuseLarge(path, total, limit);
            chunks.push(buffer.subarray(0, bytesRead));
        }
    } finally {
        await file.close();
    }
}

/** Opens a file, which must still be a regular one. */
export function openRegular(path: string): number {
    const file = fs.openSync(path, READING);
    try {
        refuseIrregular(path, fs.fstatSync(file));
        return file;
    } catch (error) {
        fs.closeSync(file);
        throw error;
    }
}

/** Throws if a file is not regular. */
export function refuseIrregular(path: string, stat: fs.Stats): void {
    const kind = kindOf(stat);
    if (kind !== undefined) throw irregular(path, kind);
}

/** The error for a file that is not regular. */
export function irregular(path: string, kind: string): FileProblem {
    const code = kind === "a directory" ? "EISDIR" : "EFTYPE";
    const says = `is ${kind}, not a regular file`;
    return new FileProblem(path, code, says, "Only a regular file is opened: put one there.");
}

function refuseLarge(path: string, size: number, limit: number): void {
    if (size > limit) throw tooLarge(path, limit);
}

/** The error for a file that is larger than the limit. */
export function tooLarge(path: string, limit: number): FileProblem {
    const kib = limit / 1024;
    const says = `is larger than ${kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`}`;
    return new FileProblem(path, "EFBIG", says, "No manager's file is that large: find out what wrote it.");
}

function remedyFor(code: string): string {
    if (code === "EACCES" || code === "EPERM") return "Run it as root or as gitlab-runner's user.";
    if (code === "ELOOP") return "Its symbolic links lead in a circle: put a file there.";
    return "Correct the path.";
}
