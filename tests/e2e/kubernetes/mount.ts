import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Puts a Secret's files into a folder in the way of the kubelet (its AtomicWriter): a folder for each state, `..data` leads to
 * the one in force and is swapped as a whole, and what a process opens are links through `..data`.
 */
export function mountFiles(folder: string, files: Record<string, string | Buffer>): void {
    fs.mkdirSync(folder, { recursive: true });
    const data = path.join(folder, "..data");
    const before = fs.existsSync(data) ? fs.readlinkSync(data) : undefined;
    const now = path.basename(fs.mkdtempSync(path.join(folder, "..2026_11_27_")));
    for (const [name, content] of Object.entries(files)) {
        const file = path.join(folder, now, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content, { mode: 0o440 });
    }
    fs.symlinkSync(now, `${data}_tmp`);
    fs.renameSync(`${data}_tmp`, data);
    const tops = new Set(Object.keys(files).map((name) => name.split("/")[0]!));
    for (const top of tops) {
        const link = path.join(folder, top);
        if (!fs.lstatSync(link, { throwIfNoEntry: false })) fs.symlinkSync(`..data/${top}`, link);
    }
    if (before !== undefined) fs.rmSync(path.join(folder, before), { recursive: true });
}
