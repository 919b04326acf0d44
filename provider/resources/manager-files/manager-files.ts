import { isAbsolute, join, resolve } from "node:path";
import { type Props, UNKNOWN } from "../../../core/props";
import { type Machine, thisMachine } from "../../../hosts/machine";
import { type Comparison, compare } from "../../compare";
import type { Call, ResourceHandler } from "../../handler";
import { configChange } from "../config-toml/change";
import { settingsNow } from "../config-toml/settings";
import { joinParts, summaryOf } from "../config-toml/words";
import { type DirectoryOwner, formerName, isOwn, shown, whyNotOwn } from "../manager-place/owner";
import { type DirectoryPlace, placeFrom, remedyElsewhere, whereIs, whyNotReached } from "../manager-place/place";
import {
    CONFIG_FILE,
    inspectFiles,
    noteWritten,
    prepareFiles,
    removeFiles,
    replaceConfig,
    writeConfig,
} from "./directory";
import { handEdits, look, refuseReadOnly } from "./look";
import { makesRotate, withRotated } from "./rotation-guard";

/** A process rotates once in weeks: who is overtaken this often has another problem. */
const MOST_TRIES = 5;

const COMPARISONS: Record<string, Comparison> = {
    directory: { replace: true },
    systemId: {},
    sharedBetweenMachines: { absent: false },
};

/** The files of one runner manager in a directory of this machine. */
export const managerFiles: ResourceHandler = {
    secrets: ["configToml"],
    oneThing: true,

    check(news) {
        const { directory, systemId } = news;
        const failures = [];
        if (typeof directory === "string" && !isAbsolute(directory)) {
            const reason = `directory must be an absolute path (got "${directory}"). For instance /etc/gitlab-runner.`;
            failures.push({ property: "directory", reason });
        }
        if (typeof systemId === "string" && !/^[sr]_[0-9a-zA-Z]{12}$/.test(systemId)) {
            const reason = `systemId must be s_ or r_ and 12 letters or digits (got "${systemId}"). gitlab-runner refuses others.`;
            failures.push({ property: "systemId", reason });
        }
        const normal = typeof directory === "string" && isAbsolute(directory) ? resolve(directory) : directory;
        return { inputs: { ...news, directory: normal }, failures };
    },

    async diff(call, existing, inputs) {
        const { state } = existing;
        const diff = compare(COMPARISONS, existing, inputs);
        const { changes, said } = configChange(state, inputs);
        Object.assign(diff.changes, changes);
        const id = placeIdOf(inputs);
        if (id !== undefined && id !== state.placeId)
            diff.changes.place = state.placeId === undefined ? "add" : "update";
        // Files of before there were owner files have none; the next update writes it.
        if (state.owner !== undefined && state.owner !== ownerOf(call)) diff.changes.owner = "update";
        if (diff.changes.directory) return diff;
        const place = placeOf(call, inputs, state);
        const where = await whereIs(place);
        if (!where.here) {
            call.log.info(`${where.why}: not looked at from here.`);
            if (Object.keys(diff.changes).length > 0) {
                call.log.warn(`An up from here would stop before anything is changed. ${remedyElsewhere(place)}`);
            }
            return diff;
        }
        const found = await look(call, place, inputs);
        const edited = found !== undefined && found.configToml !== state.configToml;
        if (said.length > 0 && !edited) call.log.info(`${CONFIG_FILE} changes: ${joinParts(said)}.`);
        if (found === undefined || typeof inputs.configToml !== "string") return diff;
        for (const property of handEdits(call, found, state, inputs)) {
            if (property !== "configToml" || Object.keys(changes).length === 0) diff.changes[property] ??= "update";
        }
        return diff;
    },

    async create(call, inputs, preview) {
        const directory = inputs.directory as string;
        const place = placeOf(call, inputs);
        if (preview) {
            const summary = summaryOf(inputs.settings);
            if (summary !== undefined) call.log.info(`${CONFIG_FILE} with ${summary}.`);
            if (typeof directory === "string" && (await whereIs(place)).here) {
                const found = await look(call, place, inputs);
                const former = formerName(found?.owner, place.owner);
                if (former !== undefined) call.log.warn(askWhetherRenamed(directory, former, call.name));
            }
            return { id: "", state: toState(call, inputs, UNKNOWN) };
        }
        const { created, configToml } = await write(call, place, inputs, false);
        return { id: directory, state: toState(call, { ...inputs, configToml }, created) };
    },

    async read(call, id, state, inputs) {
        const directory = String(state.directory ?? id);
        const place = placeOf(call, { ...inputs, directory }, state);
        const where = await whereIs(place);
        if (!where.here) {
            call.log.info(`${where.why}: not looked at from here.`);
            return { id, state, inputs };
        }
        const found = await inspectFiles(directory);
        const why = state.host === undefined ? undefined : whyNotOwn(directory, found.owner, place);
        if (why !== undefined) {
            call.log.warn(`${why} It stays in the state as it was.`);
            return { id, state, inputs };
        }
        if (found.configToml === undefined && found.systemId === undefined) {
            return undefined;
        }
        const actual = { directory, configToml: found.configToml ?? "", systemId: found.systemId ?? "" };
        const created = state.directoryCreated ?? false;
        // How the files came to be where they are stays as it was: a read moves and claims nothing.
        const { host = thisMachine().host, machine, owner, placeId } = state;
        const { sharedBetweenMachines, takeOverFrom, rotatedByProcess, settings } = inputs;
        return {
            id,
            state: {
                ...actual,
                configPath: join(directory, CONFIG_FILE),
                ...defined({ host, machine, owner, placeId, sharedBetweenMachines, directoryCreated: created }),
                ...defined({ settings: settingsNow(state, actual.configToml) }),
            },
            inputs: {
                ...actual,
                ...defined({ place: inputs.place, sharedBetweenMachines, takeOverFrom, rotatedByProcess, settings }),
            },
        };
    },

    async update(call, { state }, inputs, preview) {
        const place = placeOf(call, inputs, state);
        const where = await whereIs(place);
        if (preview) {
            if (where.here) await look(call, place, inputs);
            return { ...toState(call, inputs, state.directoryCreated ?? false), ...pickMachine(state) };
        }
        if (!where.here) {
            throw new Error(
                `ManagerFiles "${call.name}": ${where.why}. Nothing was written. ${remedyElsewhere(place)}`,
            );
        }
        const { created, configToml } = await write(call, place, inputs, true);
        return toState(call, { ...inputs, configToml }, created || state.directoryCreated === true);
    },

    async delete(call, _id, state) {
        const directory = String(state.directory);
        const place = placeOf(call, state, state);
        const where = await whereIs(place);
        if (!where.here) {
            call.log.warn(`${where.why}: the files were left as they are. Delete them there by hand.`);
            return;
        }
        const { owner } = await inspectFiles(directory);
        if (owner !== undefined && !isOwn(owner, place)) {
            call.log.info(`${directory} is the directory of ${shown(owner.owner)} by now: left as it is.`);
            return;
        }
        const written = { configToml: String(state.configToml), systemId: String(state.systemId) };
        const kept = await removeFiles(directory, written, state.directoryCreated === true);
        if (kept !== undefined) {
            call.log.warn(`${CONFIG_FILE} was edited by hand: it was not deleted but renamed to ${kept}.`);
        }
    },
};

async function write(
    call: Call,
    place: DirectoryPlace,
    inputs: Props,
    update: boolean,
): Promise<{ created: boolean; configToml: string }> {
    const { directory, configToml, systemId } = inputs as Record<string, string>;
    const found = await inspectFiles(directory!);
    const why = await whyNotReached(place);
    if (why !== undefined) throw new Error(`ManagerFiles "${call.name}": ${why} Nothing was written.`);
    refuseReadOnly(call, found, inputs);
    const owner: DirectoryOwner = { owner: place.owner, place: placeIdOf(inputs), identity: place.identity };
    const taken = found.owner !== undefined && !isOwn(found.owner, place);
    const keep = taken ? "always" : update ? "never" : "unless-written";
    const prepared = await prepareFiles(directory!, configToml!, systemId!, { keep, owner });
    const { directoryCreated, keptAs } = prepared;
    if (taken) call.log.warn(`Took ${directory} over from ${shown(found.owner!.owner)}.`);
    if (keptAs !== undefined) {
        call.log.info(`${directory} already had a ${CONFIG_FILE}: it is kept as ${keptAs}.`);
    }
    if (!makesRotate(configToml!)) {
        await writeConfig(directory!, configToml!);
        return { created: directoryCreated, configToml: configToml! };
    }
    const written = await writeBesideProcess(call, directory!, configToml!);
    if (written !== configToml) await noteWritten(directory!, written, owner);
    return { created: directoryCreated, configToml: written };
}

/** Writes a config.toml into which gitlab-runner may write a new token at any time; returns what was written. */
async function writeBesideProcess(call: Call, directory: string, configToml: string): Promise<string> {
    let text = configToml;
    let current = (await inspectFiles(directory)).configToml;
    let found = current;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
        text = await withRotated(call.gitlab, text, found);
        const { replaced, overtaken } = await replaceConfig(directory, text, current);
        if (replaced && overtaken === undefined) {
            if (text !== configToml) {
                call.log.info(`Kept the token that gitlab-runner has rotated meanwhile (${directory}/${CONFIG_FILE}).`);
            }
            return text;
        }
        found = overtaken ?? found;
        current = replaced ? text : found;
    }
    throw new Error(
        `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${directory} changes faster than it can be written ` +
            `(${MOST_TRIES} times). Find out what writes it, then run pulumi up again.`,
    );
}

/** The directory, and where the state knows it to be; a state of before there were places knows the host only. */
function placeOf(call: Call, inputs: Props, state: Props = {}): DirectoryPlace {
    const place = placeFrom(inputs, { owner: ownerOf(call) });
    const { host, machine, placeId, systemId, configToml, sharedBetweenMachines } = state;
    if (host === undefined) return place;
    return {
        ...place,
        place: typeof placeId === "string" ? placeId : place.place,
        on: { host: String(host), ...(typeof machine === "string" ? { id: machine } : {}) },
        shared: place.shared || sharedBetweenMachines === true,
        systemId: typeof systemId === "string" ? systemId : undefined,
        configToml: typeof configToml === "string" ? configToml : undefined,
    };
}

function ownerOf(call: Call): string {
    return `${call.owner}/${call.name}`;
}

function placeIdOf({ place }: Props): string | undefined {
    const { id } = (place ?? {}) as Props;
    return typeof id === "string" ? id : undefined;
}

function toState(call: Call, inputs: Props, directoryCreated: Props[string], on: Machine = thisMachine()): Props {
    const { directory, configToml, systemId, settings, sharedBetweenMachines } = inputs;
    const configPath = typeof directory === "string" ? join(directory, CONFIG_FILE) : UNKNOWN;
    const { host, id: machine } = on;
    return {
        ...{ directory, configToml, systemId, configPath, host, directoryCreated, owner: ownerOf(call) },
        ...defined({ machine, placeId: placeIdOf(inputs), settings, sharedBetweenMachines }),
    };
}

function askWhetherRenamed(directory: string, former: string, name: string): string {
    return (
        `${directory} is what manager ${former} of this stack has written until now. If this is the same manager under another ` +
        `name, say so, and it is changed in place of being made anew: renamedFrom: ${former} at manager ${name}.`
    );
}

function pickMachine({ host, machine }: Props): Props {
    return defined({ host, machine });
}

function defined(props: Props): Props {
    return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
