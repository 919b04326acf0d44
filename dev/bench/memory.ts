import * as fs from "node:fs";

/**
 * Peak resident memory, in MB; a page that several processes share, such as those of Node.js itself, is divided among
 * them.
 */
export interface MemoryPeaks {
    /** The Pulumi program. */
    program: number;
    /** All resource plugins together. */
    plugins: number;
    /** Peak of program and plugins at the same moment; the separate peaks cannot be added up. */
    together: number;
    /** The Pulumi CLI, which contains the engine. */
    engine: number;
}

/** Watches this process's descendants until `end`. */
export function sampleMemory(): { end(): MemoryPeaks } {
    const peaks: MemoryPeaks = { program: 0, plugins: 0, together: 0, engine: 0 };
    const timer = setInterval(() => {
        const now: MemoryPeaks = { program: 0, plugins: 0, together: 0, engine: 0 };
        for (const { command, bytes } of descendants()) {
            if (/cmd\/run\//.test(command)) now.program += bytes / 1e6;
            else if (/provider\/bin\//.test(command)) now.plugins += bytes / 1e6;
            else if (/(^|\/)pulumi\s/.test(command)) now.engine += bytes / 1e6;
        }
        now.together = now.program + now.plugins;
        for (const part of ["program", "plugins", "together", "engine"] as const)
            peaks[part] = Math.max(peaks[part], now[part]);
    }, 1000);
    return {
        end: () => {
            clearInterval(timer);
            return peaks;
        },
    };
}

function descendants(): { command: string; bytes: number }[] {
    const parents = new Map<number, number>();
    for (const name of fs.readdirSync("/proc")) {
        if (!/^\d+$/.test(name)) continue;
        try {
            const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
            parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
        } catch {
            // The process has ended in the meantime.
        }
    }
    const isOurs = (pid: number): boolean => {
        for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
            if (at === process.pid) return true;
        return false;
    };
    return [...parents.keys()].filter(isOurs).flatMap((pid) => {
        try {
            const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
            const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
            return kilobytes === undefined ? [] : [{ command, bytes: Number(kilobytes) * 1024 }];
        } catch {
            return [];
        }
    });
}
