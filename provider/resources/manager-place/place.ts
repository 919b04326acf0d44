import { randomBytes } from "node:crypto";
import { type Claimant, isOwn, OWNER_FILE, parseOwner, whyNotOwn } from "../../../core/owner-file";
import { type Props, textOf, UNKNOWN } from "../../../core/props";
import type { FileSeen, Host, Sight } from "../../../hosts/host";
import { whyNotLeftTo } from "../../../hosts/kept-file";
import type { Machine } from "../../../hosts/machine";
import type { FileProblem } from "../../../hosts/regular-file";
import { CONFIG_FILE, type Seen, SYSTEM_ID_FILE, textIn } from "./sight";
import { hostIn } from "./ssh";

/** The state's identity in its first preview: no file contains it. */
const NOT_MADE_YET = "";

/** The directory of one manager, and what is known about its machine. */
export interface DirectoryPlace extends Claimant {
    host: Host;
    directory: string;
    /** Where the state knows the files, if that is another directory than the declared one. */
    was?: string;
    /** The machine on which it was last reached; absent if it never was. */
    on?: Machine;
    /** Whether the state also knows the host's address: then the address decides, whatever machine answers. */
    addressed?: boolean;
    /** Whether it is mounted on several machines. */
    shared: boolean;
    /** The manager's identity, which its files contain. */
    systemId?: string;
    /** The `config.toml` in the state, if any. */
    configToml?: string;
}

/**
 * Why the directory at this path on the machine is not the one that the state knows; `undefined` if it is. An equal
 * host name proves nothing: jobs of one CI runner often share one. Nor does an equal machine id: images bring theirs
 * along. Both together do, or one of them together with files that match the state. A host that was reached before by
 * its address is identified by its host key: the machine behind it may have been recreated.
 */
export function whyElsewhere(place: DirectoryPlace, sight: Sight, here: Machine = sight.machine): string | undefined {
    const { on, directory } = place;
    if (on === undefined || place.addressed) return undefined;
    const sameHost = on.host === here.host;
    const hasIds = on.id !== undefined && here.id !== undefined;
    const sameId = hasIds && on.id === here.id;
    if (sameHost && sameId) return undefined;
    const mayBeHere = sameId || (sameHost && !hasIds) || place.shared;
    if (mayBeHere && isProven(place, sight)) return undefined;
    if (place.shared) return `${directory} is not mounted on ${here.host}, or was emptied: ${OWNER_FILE} is not in it`;
    const other = sameHost ? `another machine named ${on.host}` : on.host;
    if (place.host.remote) return `${directory} is on ${other}, and ${place.host.at("")} is not it`;
    return `${place.was ?? directory} is on ${other}, and this is ${sameHost ? "not it" : here.host}`;
}

export function remedyElsewhere({ host, shared, on }: DirectoryPlace): string {
    if (host.remote) return "Correct ssh.host. If the manager moves to another machine, give it another name.";
    if (shared) return `Mount it here, or run pulumi up on ${on?.host ?? "its machine"}.`;
    return (
        `Run pulumi up there. If it is one directory that both machines mount, say so: ` +
        "placement: { directory, sharedBetweenMachines: true }. If the manager has moved to this machine, give it another name."
    );
}

/** Why the files of a manager cannot be written, in a sentence with what helps; `undefined` if they can. */
export function whyNotUsable(place: DirectoryPlace, sight: Seen): string | undefined {
    if (typeof sight === "string") return sight;
    const elsewhere = whyElsewhere(place, sight);
    if (elsewhere !== undefined) return `${elsewhere}. ${remedyElsewhere(place)}`;
    return explained(place, () => whyNotWritable(place, sight) ?? whyNotOurs(place, sight) ?? whyNoFile(place, sight));
}

/** Whether a full disk is the only problem of a directory. */
export function isFull(sight: Seen): boolean {
    return typeof sight !== "string" && sight.directory.trouble?.code === "ENOSPC";
}

/** Why this user cannot write the files on this machine, whoever owns them. */
export function whyNoRight(place: DirectoryPlace, sight: Seen): string | undefined {
    if (typeof sight === "string") return sight;
    return explained(place, () => whyNotWritable(place, sight) ?? whyNoFile(place, sight));
}

function explained(place: DirectoryPlace, why: () => string | undefined): string | undefined {
    try {
        return why();
    } catch (error) {
        const { code = "unknown error", message } = error as NodeJS.ErrnoException;
        return `${place.host.at(place.directory)} cannot be looked at (${code}). ${remedyFor(place.host, code, message)}`;
    }
}

/** A new id for a place that is reached for the first time. */
export function newPlaceId(): string {
    return randomBytes(16).toString("hex");
}

/** A place from the inputs and states of resources. */
export function placeFrom(props: Props, owner: string): DirectoryPlace {
    const known = (props.place ?? {}) as Props;
    return {
        host: hostIn(props),
        owner,
        place: textOf(known.id),
        identity: props.identity === UNKNOWN ? NOT_MADE_YET : textOf(props.identity),
        takeOverFrom: textOf(props.takeOverFrom),
        directory: String(props.directory),
        on: known.host === undefined ? undefined : { host: String(known.host), id: textOf(known.machine) },
        shared: props.sharedBetweenMachines === true,
        systemId: textOf(props.systemId),
    };
}

/** A reached place as resources store it. */
export function toPlace(id: string, { host, id: machine }: Machine): Props {
    return machine === undefined ? { id, host } : { id, host, machine };
}

/** Whether the files in the directory are those that the state knows. */
function isProven(place: DirectoryPlace, sight: Sight): boolean {
    try {
        const owner = textIn(sight, OWNER_FILE);
        if (owner !== undefined) return isOwn(parseOwner(owner), place);
        // The owner file does not exist yet, or somebody has changed it by hand.
        if (place.systemId !== undefined && textIn(sight, SYSTEM_ID_FILE)?.trim() === place.systemId) return true;
        const config = textIn(sight, CONFIG_FILE);
        return config !== undefined && config === place.configToml;
    } catch {
        return false;
    }
}

/** Checks the directory itself, or the one in which it would be created. */
function whyNotWritable(place: DirectoryPlace, { directory: seen }: Sight): string | undefined {
    const { host, directory } = place;
    const { existing, isDirectory, trouble } = seen;
    if (!isDirectory) return `${host.at(existing)} is not a directory. Choose another one, or move that file away.`;
    if (trouble === undefined) return undefined;
    const what = existing === directory ? "cannot be written" : `cannot be made, because ${existing} is not writable`;
    return `${host.at(directory)} ${what} (${trouble.code}). ${remedyFor(host, trouble.code, trouble.message)}`;
}

function whyNotOurs(place: DirectoryPlace, { files }: Sight): string | undefined {
    const at = place.host.at(place.directory);
    const { found, problem } = files[OWNER_FILE]!;
    if (problem !== undefined) return whyUnread(OWNER_FILE, at, problem);
    return whyNotOwn(at, found === undefined ? undefined : parseOwner(found.text), place);
}

function whyUnread(name: string, at: string, { says, code, remedy }: FileProblem): string {
    return `${name} in ${at} ${says} (${code}). ${remedy}`;
}

function whyNoFile(place: DirectoryPlace, { files, user }: Sight): string | undefined {
    const at = place.host.at(place.directory);
    for (const [name, seen] of Object.entries(files)) {
        if (seen.problem !== undefined) return whyUnread(name, at, seen.problem);
        const why = whyNotFollowed(place, name, seen) ?? whyNotReadBy(place, name, seen, user);
        if (why !== undefined) return why;
    }
    return undefined;
}

function whyNotFollowed({ host, directory }: DirectoryPlace, name: string, { link, inFolder, target }: FileSeen) {
    const at = `${name} in ${host.at(directory)}`;
    if (link !== undefined && link.code !== "EPERM") throw Object.assign(new Error(link.message), link);
    if (link !== undefined)
        return `${at} is not followed: ${link.message}. Put the file itself there, or give the link to root.`;
    return inFolder ? undefined : `${at} leads to ${target}, where there is no directory. Correct the link.`;
}

/** gitlab-runner reads its files, and goes on as the user whom they belong to; the owner file is ours alone. */
function whyNotReadBy({ host, directory }: DirectoryPlace, name: string, { found }: FileSeen, user: Sight["user"]) {
    const why = found === undefined || name === OWNER_FILE ? undefined : whyNotLeftTo(found, user);
    if (why === undefined) return undefined;
    const [remedy, who] = host.remote ? ["Set sudo: true", "logs in"] : ["Run pulumi up as root", "runs it"];
    return `${name} in ${host.at(directory)} ${why}. ${remedy}, or give the file to the user who ${who}.`;
}

/** What helps if the system refuses something in a directory. */
export function remedyFor({ remote }: Host, code: string, message: string): string {
    if (code === "EACCES" || code === "EPERM") {
        return remote
            ? "Log in as a user who may, or set sudo: true."
            : "Run it as a user who may, or choose a directory of your own.";
    }
    if (code === "ENOSPC") return "Make room on the disk.";
    if (code === "EROFS") return "Make the file system writable.";
    return `(${message})`;
}
