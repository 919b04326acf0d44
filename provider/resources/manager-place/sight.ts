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

/** What a file of the directory says; `undefined` when there is none. Throws when it cannot be read. */
export function textIn(sight: Sight, name: string): string | undefined {
    const { found, problem } = sight.files[name]!;
    if (problem !== undefined) throw problem;
    return found?.text;
}
