import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { type Props, textOf, UNKNOWN } from "../../../core/props";
import { targetOf, whyNotKept } from "../../../hosts/kept-file";
import { type Machine, thisMachine } from "../../../hosts/machine";
import { FileProblem, readRegularFile } from "../../../hosts/regular-file";
import { CONFIG_FILE, SYSTEM_ID_FILE } from "../manager-files/directory";
import { type Claimant, isOwn, OWNER_FILE, readOwner, whyNotOwn } from "./owner";

/** What a first preview knows of its state's identity: no file has it. */
const NOT_MADE_YET = "";

/** The directory of one manager, and what is known about where it is. */
export interface DirectoryPlace extends Claimant {
    directory: string;
    /** The machine it was on when it was last reached; absent when it never was. */
    on?: Machine;
    /** Whether it is mounted on several machines. */
    shared: boolean;
    /** The manager's identity, which its files hold. */
    systemId?: string;
    /** The `config.toml` that the state knows, if it knows one. */
    configToml?: string;
}

/** Whether this is where a directory is. */
export type Whereabouts = { here: true } | { here: false; why: string };

/**
 * Whether the directory of this path on this machine is the one that the state knows. An equal host name proves nothing:
 * the jobs of one CI runner often share one. Nor does an equal machine id: images bring theirs along. Both together do,
 * or one of them with files that know each other from the state.
 */
export async function whereIs(place: DirectoryPlace, here: Machine = thisMachine()): Promise<Whereabouts> {
    const { on } = place;
    if (on === undefined) return { here: true };
    const sameHost = on.host === here.host;
    const sameId = on.id === undefined || here.id === undefined ? undefined : on.id === here.id;
    if (sameHost && sameId === true) return { here: true };
    const mayBeHere = sameId === true || (sameHost && sameId === undefined);
    if ((mayBeHere || place.shared) && (await isProven(place))) return { here: true };
    const { directory } = place;
    if (place.shared) {
        return {
            here: false,
            why: `${directory} is not mounted on ${here.host}, or was emptied: ${OWNER_FILE} is not in it`,
        };
    }
    const other = sameHost ? `another machine named ${on.host}` : on.host;
    return { here: false, why: `${directory} is on ${other}, and this is ${sameHost ? "not it" : here.host}` };
}

/** What helps where a directory is on another machine. */
export function remedyElsewhere({ shared, on }: DirectoryPlace): string {
    if (shared) return `Mount it here, or run pulumi up on ${on?.host ?? "its machine"}.`;
    return (
        `Run pulumi up there. Is it one directory that both machines mount, say so: ` +
        "placement: { directory, sharedBetweenMachines: true }. Has the manager moved to this machine, give it another name."
    );
}

/**
 * Why the files of a manager cannot be written, in a sentence with what helps; `undefined` when they can. Nothing is
 * changed to find that out.
 */
export async function whyNotReached(place: DirectoryPlace, here: Machine = thisMachine()): Promise<string | undefined> {
    const where = await whereIs(place, here);
    if (!where.here) return `${where.why}. ${remedyElsewhere(place)}`;
    const { directory } = place;
    try {
        return whyNotWritable(directory) ?? (await whyNotOurs(place)) ?? (await whyNoFile(directory));
    } catch (error) {
        const { code = "unknown error", message } = error as NodeJS.ErrnoException;
        return `${directory} cannot be looked at (${code}). ${remedyFor(code, message)}`;
    }
}

/** An id for a place that is reached for the first time. */
export function newPlaceId(): string {
    return randomBytes(16).toString("hex");
}

/** A place as it travels in the inputs and states of resources. */
export function placeFrom(props: Props, claimant: { owner: string }): DirectoryPlace {
    const known = (props.place ?? {}) as Props;
    return {
        owner: claimant.owner,
        place: textOf(known.id),
        identity: props.identity === UNKNOWN ? NOT_MADE_YET : textOf(props.identity),
        takeOverFrom: textOf(props.takeOverFrom),
        directory: String(props.directory),
        on: known.host === undefined ? undefined : { host: String(known.host), id: textOf(known.machine) },
        shared: props.sharedBetweenMachines === true,
        systemId: textOf(props.systemId),
    };
}

/** A known place as resources keep it. */
export function toPlace(id: string, { host, id: machine }: Machine): Props {
    return machine === undefined ? { id, host } : { id, host, machine };
}

/** Whether the files in the directory are those that the state knows. */
async function isProven(place: DirectoryPlace): Promise<boolean> {
    try {
        const owner = await readOwner(place.directory);
        if (owner !== undefined) return isOwn(owner, place);
        // Written before there were such files, or by hand since.
        const systemId = await readRegularFile(join(place.directory, SYSTEM_ID_FILE), { bytes: 4096 });
        if (place.systemId !== undefined && systemId?.text.trim() === place.systemId) return true;
        const config = await readRegularFile(join(place.directory, CONFIG_FILE));
        return config !== undefined && config.text === place.configToml;
    } catch {
        return false;
    }
}

/** The directory itself, or what it would be made in. */
function whyNotWritable(directory: string): string | undefined {
    let existing = directory;
    while (!fs.existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
    if (!fs.statSync(existing).isDirectory()) {
        return `${existing} is not a directory. Choose another one, or move that file away.`;
    }
    try {
        fs.accessSync(existing, fs.constants.W_OK | fs.constants.X_OK);
    } catch (error) {
        const { code = "unknown error", message } = error as NodeJS.ErrnoException;
        const what =
            existing === directory ? "cannot be written" : `cannot be made, because ${existing} is not writable`;
        return `${directory} ${what} (${code}). ${remedyFor(code, message)}`;
    }
    return undefined;
}

async function whyNotOurs(place: DirectoryPlace): Promise<string | undefined> {
    return whyNotOwn(place.directory, await readOwner(place.directory), place);
}

async function whyNoFile(directory: string): Promise<string | undefined> {
    for (const name of [CONFIG_FILE, SYSTEM_ID_FILE]) {
        const path = join(directory, name);
        try {
            await readRegularFile(path);
        } catch (error) {
            if (!(error instanceof FileProblem)) throw error;
            return error.message;
        }
        const target = targetOf(path);
        if (target !== path && !fs.existsSync(dirname(target))) {
            return `${name} in ${directory} leads to ${target}, where there is no directory. Correct the link.`;
        }
        const why = whyNotKept(path);
        if (why !== undefined) {
            return `${name} in ${directory} ${why}. Run pulumi up as root, or give the file to the user who runs it.`;
        }
    }
    return undefined;
}

function remedyFor(code: string, message: string): string {
    if (code === "EACCES" || code === "EPERM") return "Run it as a user who may, or choose a directory of your own.";
    if (code === "EROFS") return "Make the file system writable.";
    return `(${message})`;
}
