import { keptFor } from "../../../core/kept-for";
import type { Host, Sight } from "../../../hosts/host";
import { OWNER_FILE } from "./owner";

/** Name of gitlab-runner's configuration in the manager's directory. */
export const CONFIG_FILE = "config.toml";
/** Name of the file with the manager's identity, beside it. */
export const SYSTEM_ID_FILE = ".runner_system_id";

/** An owner file is a few lines, a system id 14 characters. */
const SMALL = 64 * 1024;

const FILES = [{ name: CONFIG_FILE }, { name: SYSTEM_ID_FILE, bytes: SMALL }, { name: OWNER_FILE, bytes: SMALL }];

/** A directory on a host. */
export interface Located {
    host: Host;
    directory: string;
}

/** Looks into a manager's directory, once for all that is asked about it. */
export function sightOf({ host, directory }: Located): Promise<Sight> {
    return host.look(directory, FILES);
}

/** How long what was seen serves a comparison. */
const FRESH_MS = 30_000;
/** What was seen, or in a sentence why it was not. */
type Seen = Sight | string;
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

/** What was kept, if it is still fresh. */
export async function takeSight({ host, directory }: Located): Promise<Seen | undefined> {
    const found = keptOf(host).get(directory);
    keptOf(host).delete(directory);
    const { seen, until } = (await found) ?? {};
    return seen !== undefined && until! > Date.now() ? seen : undefined;
}

/** What a file of the directory says; `undefined` when there is none. Throws when it cannot be read. */
export function textIn(sight: Sight, name: string): string | undefined {
    const { found, problem } = sight.files[name]!;
    if (problem !== undefined) throw problem;
    return found?.text;
}
