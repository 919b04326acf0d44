import { join as joinHere, posix } from "node:path";
import { keptFor } from "../../../core/kept-for";
import { OWNER_FILE } from "../../../core/owner-file";
import type { Host, Sight } from "../../../hosts/host";
import { HostProblem } from "../../../hosts/ssh/problems";

export const CONFIG_FILE = "config.toml";
/** Name of the file with the manager's identity, beside it. */
export const SYSTEM_ID_FILE = ".runner_system_id";

/** An owner file is a few lines, a system id 14 characters. */
const SMALL = 64 * 1024;

const FILES = [{ name: CONFIG_FILE }, { name: SYSTEM_ID_FILE, bytes: SMALL }, { name: OWNER_FILE, bytes: SMALL }];

export interface Located {
    host: Host;
    directory: string;
}

/** Paths of a manager's files. Other hosts have slashes in theirs, whatever this machine has. */
export function pathsIn({ host, directory }: Located): Record<"config" | "systemId" | "owner", string> {
    const join = host.remote ? posix.join : joinHere;
    return {
        config: join(directory, CONFIG_FILE),
        systemId: join(directory, SYSTEM_ID_FILE),
        owner: join(directory, OWNER_FILE),
    };
}

/** Looks into a manager's directory, once for all that is asked about it. */
export function sightOf({ host, directory }: Located): Promise<Sight> {
    return host.look(directory, FILES);
}

/** What was seen, or in a sentence why the host was not reached. */
export type Seen = Sight | string;

/** The same, where a host that is not reached is an answer. */
export async function reachedSight(located: Located): Promise<Seen> {
    try {
        return await sightOf(located);
    } catch (error) {
        if (!(error instanceof HostProblem)) throw error;
        return error.message;
    }
}

/** How long what was seen serves a comparison. */
const FRESH_MS = 30_000;
const keptOf = keptFor<Host, Map<string, Promise<{ seen: Seen; until: number }>>>(() => new Map());

/**
 * Keeps what is seen of a directory on another machine for the comparison that comes next, of the manager's place or of its
 * files: each look is a round trip. It serves once, and no write: whatever writes looks again.
 */
export function keepSight({ host, directory }: Located, looking: Promise<Seen>): void {
    if (!host.remote) return;
    const fresh = looking.then((seen) => ({ seen, until: Date.now() + FRESH_MS }));
    // Who asks for it hears of it.
    fresh.catch(() => {});
    keptOf(host).set(directory, fresh);
}

/** What was kept, if it is still fresh, or else a look. */
export async function latestSight(located: Located): Promise<Seen> {
    const all = keptOf(located.host);
    const kept = all.get(located.directory);
    all.delete(located.directory);
    const found = await kept;
    return found !== undefined && found.until > Date.now() ? found.seen : reachedSight(located);
}

/** What a file of the directory says; `undefined` when there is none. Throws when it cannot be read. */
export function textIn(sight: Sight, name: string): string | undefined {
    const { found, problem } = sight.files[name]!;
    if (problem !== undefined) throw problem;
    return found?.text;
}
