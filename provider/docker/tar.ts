import { buffer } from "node:stream/consumers";
import { extract, pack } from "tar-stream";

export interface TarEntry {
    /** Path without a leading slash; a folder's path ends with a slash. */
    name: string;
    content: Buffer;
    /** Permissions, for instance 0o600. */
    mode: number;
}

/** An archive with the given files, owned by root. */
export function writeTar(entries: readonly TarEntry[]): Promise<Buffer> {
    const archive = pack();
    for (const { name, content, mode } of entries) {
        archive.entry({ name, mode, type: name.endsWith("/") ? "directory" : "file" }, content);
    }
    archive.finalize();
    return buffer(archive);
}

/** The regular files of an archive, by path. Links and folders are left out. */
export async function readTar(archive: Buffer): Promise<TarEntry[]> {
    const entries = await entriesOf(archive);
    return entries.filter(({ type }) => type === "file").map(({ name, content, mode }) => ({ name, content, mode }));
}

/** How many entries of any kind an archive has, including the requested folder itself. */
export async function countEntries(archive: Buffer): Promise<number> {
    return (await entriesOf(archive)).length;
}

async function entriesOf(archive: Buffer): Promise<(TarEntry & { type: string })[]> {
    const entries: (TarEntry & { type: string })[] = [];
    const reader = extract();
    reader.end(archive);
    for await (const entry of reader) {
        const { name, type = "file", mode = 0 } = entry.header;
        entries.push({ name, type: type ?? "file", mode: mode & 0o7777, content: await buffer(entry) });
    }
    return entries;
}
