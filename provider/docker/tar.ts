/** One file or folder of a tar archive. */
export interface TarEntry {
    /** Path without a leading slash; a folder's ends with one. */
    name: string;
    content: Buffer;
    /** Permissions, for instance 0o600. */
    mode: number;
}

const BLOCK = 512;

/** An archive with the given files, owned by root. */
export function writeTar(entries: readonly TarEntry[]): Buffer {
    const blocks = entries.flatMap(({ name, content, mode }) => {
        const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
        return [header(name, content.length, mode), content, padding];
    });
    return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** The regular files of an archive, by path. Links, folders and extended headers are left out. */
export function readTar(archive: Buffer): TarEntry[] {
    return entriesOf(archive)
        .filter(({ type }) => type === "0" || type === "")
        .map(({ name, content, mode }) => ({ name, content, mode }));
}

/** How many entries an archive has, of any kind; the folder that was asked for is one of them. */
export function countEntries(archive: Buffer): number {
    return entriesOf(archive).length;
}

function entriesOf(archive: Buffer): (TarEntry & { type: string })[] {
    const entries: (TarEntry & { type: string })[] = [];
    for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
        const text = (from: number, length: number) =>
            archive.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
        const size = Number.parseInt(text(124, 12).trim() || "0", 8);
        const prefix = text(345, 155);
        entries.push({
            type: text(156, 1),
            name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
            content: archive.subarray(at + BLOCK, at + BLOCK + size),
            mode: Number.parseInt(text(100, 8).trim() || "0", 8) & 0o7777,
        });
        at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
    return entries;
}

function header(name: string, size: number, mode: number): Buffer {
    const block = Buffer.alloc(BLOCK);
    const bytes = Buffer.from(name);
    // Longer paths are split at a slash, as the format has it: up to 100 bytes after it, up to 155 before.
    const slash = bytes.length > 100 ? bytes.indexOf("/", bytes.length - 101) : -1;
    if (bytes.length > 100 && (slash < 1 || slash > 155)) {
        throw new Error(`the file name ${name} is too long for an archive`);
    }
    bytes.copy(block, 0, slash + 1);
    if (slash > 0) {
        bytes.copy(block, 345, 0, slash);
    }
    const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, "0");
    block.write(octal(mode, 8), 100);
    block.write(octal(0, 8), 108);
    block.write(octal(0, 8), 116);
    block.write(octal(size, 12), 124);
    block.write(octal(Math.floor(Date.now() / 1000), 12), 136);
    block.write(" ".repeat(8), 148);
    block.write(name.endsWith("/") ? "5" : "0", 156);
    block.write("ustar\0" + "00", 257);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${octal(sum, 7)}\0 `, 148);
    return block;
}
