import { join as joinHere, posix } from "node:path";
import { keptFor } from "../../../core/kept-for";
import { OWNER_FILE } from "../../../core/owner-file";
import type { Host, Sight } from "../../../hosts/host";
import { HostProblem } from "../../../hosts/ssh/problems";

export const CONFIG_FILE = "config.toml";
/** Name of the file with the manager's identity, beside it. */
export const SYSTEM_ID_FILE = ".runner_system_id";

/** In bytes. An owner file has a few lines, a system id 14 characters. */
const SMALL = 64 * 1024;

const FILES = [{ name: CONFIG_FILE }, { name: SYSTEM_ID_FILE, bytes: SMALL }, { name: OWNER_FILE, bytes: SMALL }];

export interface Located {
    host: Host;
    directory: string;
}

/** Paths of a manager's files. Other hosts use slashes, whatever this machine uses. */
export function pathsIn({ host, directory }: Located): Record<"config" | "systemId" | "owner", string> {
    const join = host.remote ? posix.join : joinHere;
    return {
        config: join(directory, CONFIG_FILE),
        systemId: join(directory, SYSTEM_ID_FILE),
        owner: join(directory, OWNER_FILE),
    };
}

/** Looks into a manager's directory, once for everything that is needed from it. */
export function sightOf({ host, directory }: Located): Promise<Sight> {
    return host.look(directory, FILES);
}

/** The result of a look, or a sentence with the reason why the host was not reached. */
export type Seen = Sight | string;

/** Looks into a directory; returns the reason instead of throwing if the host is not reached. */
export async function reachedSight(located: Located): Promise<Seen> {
    try {
        return await sightOf(located);
    } catch (error) {
        if (!(error instanceof HostProblem)) throw error;
        return error.message;
    }
}

/** How long a look may be used for a comparison, in milliseconds. */
const FRESH_MS = 30_000;
const keptOf = keptFor<Host, Map<string, Promise<{ seen: Seen; until: number }>>>(() => new Map());

/**
 * Keeps a look into a directory on another machine for the next comparison, of the manager's place or of its files,
 * because each look is a round trip. It is used once, and never for a write: before a write, there is a new look.
 */
export function keepSight({ host, directory }: Located, looking: Promise<Seen>): void {
    if (!host.remote) return;
    const fresh = looking.then((seen) => ({ seen, until: Date.now() + FRESH_MS }));
    // Whoever uses the result handles the error.
    fresh.catch(() => {});
    keptOf(host).set(directory, fresh);
}

/** The kept look if it is still fresh, otherwise a new one. */
export async function latestSight(located: Located): Promise<Seen> {
    const all = keptOf(located.host);
    const kept = all.get(located.directory);
    all.delete(located.directory);
    const found = await kept;
    return found !== undefined && found.until > Date.now() ? found.seen : reachedSight(located);
}

/** The text of a file in the directory; `undefined` if there is none. Throws if it cannot be read. */
export function textIn(sight: Sight, name: string): string | undefined {
    const { found, problem } = sight.files[name]!;
    if (problem !== undefined) throw problem;
    return found?.text;
}
