/**
 * Name of the file beside `config.toml` that names the directory's owner. It is a separate file because gitlab-runner
 * drops comments when it saves a rotated token in `config.toml`.
 */
export const OWNER_FILE = ".gitlab-fleet-owner";

export interface DirectoryOwner {
    /** `<project>/<stack>/<manager>`. */
    owner: string;
    /** Id of the place, which that stack's state keeps. */
    place?: string;
    /** Identity of that stack's state. */
    identity?: string;
    /** Hash of the config.toml that was last written; any other content was written by somebody else. */
    wrote?: string;
    /** Hash of our previous config.toml, which this one was about to replace. */
    over?: string;
}

/** The stack and manager that a resource acts for. */
export interface Claimant {
    /** `<project>/<stack>/<manager>`. */
    owner: string;
    /** Id of the place, if the state knows one. */
    place?: string;
    /** Identity of this stack's state, if known. */
    identity?: string;
    /** An owner whose directory may be taken over. */
    takeOverFrom?: string;
}

/**
 * The owner according to the text of an owner file. A text that names no owner still means that somebody owns the
 * directory: `owner` is empty then.
 */
export function parseOwner(text: string): DirectoryOwner {
    const line = (pattern: RegExp) => pattern.exec(text)?.[1];
    return {
        owner: line(/^managed-by: gitlab-fleet (\S.*?)\s*$/m) ?? "",
        place: line(/^place: ([0-9a-f]{16,64})\s*$/m),
        identity: line(/^state: ([0-9a-z]{1,32})\s*$/m),
        wrote: line(/^wrote: ([0-9a-f]{64})\s*$/m),
        over: line(/^over: ([0-9a-f]{64})\s*$/m),
    };
}

export function formatOwner({ owner, place, identity, wrote, over }: DirectoryOwner): string {
    return [
        "# The config.toml in this directory is written by gitlab-fleet. Two stacks must not write one directory.",
        `managed-by: gitlab-fleet ${owner}`,
        ...(place === undefined ? [] : [`place: ${place}`]),
        ...(identity === undefined ? [] : [`state: ${identity}`]),
        ...(wrote === undefined ? [] : [`wrote: ${wrote}`]),
        ...(over === undefined || over === wrote ? [] : [`over: ${over}`]),
        "",
    ].join("\n");
}

/**
 * Whether a directory belongs to the claimant. A matching id of the place is enough: it survives a new name of the
 * manager or the stack, and a killed `up` saved it before it wrote anything. Without a matching id, the stack and its
 * state's identity decide, so that a manager may be renamed; two clones of one stack have two states. A file from
 * before states had identities contains none: then the same owner with an id that the state does not know means another
 * state, of another clone or a lost one.
 */
export function isOwn(found: DirectoryOwner, { owner, place, identity }: Claimant): boolean {
    if (place !== undefined && found.place === place) return true;
    if (stackOf(found.owner) !== stackOf(owner)) return false;
    if (found.identity !== undefined && identity !== undefined) return found.identity === identity;
    return found.place === undefined || found.owner !== owner;
}

/** What helps where another state's is what this stack's own has left. */
export const IF_LOST =
    "If this stack's state was lost, say so once: gitlab-fleet:stateLost: true, or stateLost: true of a RunnerManager outside a Fleet.";

/** Why a claimant must not write a directory, in a sentence; `undefined` if it may. */
export function whyNotOwn(directory: string, found: DirectoryOwner | undefined, us: Claimant): string | undefined {
    if (found === undefined || isOwn(found, us) || (found.owner !== "" && found.owner === us.takeOverFrom)) {
        return undefined;
    }
    const says = `${directory} is the directory of ${shown(found.owner)}`;
    const whose = stackOf(found.owner) === stackOf(us.owner) ? ", in another state than this one" : "";
    if (found.owner === "") {
        return `${says}: ${OWNER_FILE} in it cannot be understood. Choose another directory, or remove that file if nobody uses this one.`;
    }
    const lost = found.owner === us.owner ? ` ${IF_LOST}` : "";
    return (
        `${says}${whose} (${OWNER_FILE} in it says so). Give this manager a directory of its own.${lost} If it is to take that one ` +
        `over, remove the manager there and say takeOverFrom: ${JSON.stringify(shown(found.owner))} beside its directory.`
    );
}

/** The former name of this stack's manager of a directory; `undefined` if it had no other name. */
export function formerName(found: DirectoryOwner | undefined, owner: string): string | undefined {
    if (found === undefined || found.owner === owner || stackOf(found.owner) !== stackOf(owner)) return undefined;
    return shown(managerOf(found.owner));
}

/** The manager's own name. */
export function managerOf(owner: string): string {
    return owner.split("/").slice(2).join("/");
}

/** A file may contain anything, so only printable text of limited length reaches a terminal. */
export function shown(owner: string): string {
    return owner === "" ? "somebody" : owner.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}

export function stackOf(owner: string): string {
    return owner.split("/").slice(0, 2).join("/");
}
