import { DIRECTORY_ENDS } from "../../../core/manager-directory";
import { type DirectoryOwner, isOwn, shown, whyNotOwn } from "../../../core/owner-file";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { defined, type Props, pick, UNKNOWN } from "../../../core/props";
import { isSystemId } from "../../../core/system-id";
import { show } from "../../../core/values";
import { thisMachine } from "../../../hosts/machine";
import { type Comparison, compare } from "../../compare";
import type { Call, Diff, ResourceHandler } from "../../handler";
import { configChange, sayReadAtStart } from "../config-toml/change";
import { settingsNow } from "../config-toml/settings";
import { withoutOtherClone } from "../manager-place/clones";
import { type DirectoryPlace, whyElsewhere } from "../manager-place/place";
import { CONFIG_FILE, pathsIn, reachedSight } from "../manager-place/sight";
import { mayAsk, problemsOfDirectory, withPlainDirectory } from "../manager-place/ssh";
import { hashesOfOurs } from "./by-hand";
import { inspectFiles, removeFiles } from "./directory";
import { willBeAnother } from "./look";
import { sayElsewhere, sayMove } from "./move";
import { changesSeen, foundHere, sayFirst } from "./preview";
import { idOf, ownerOf, parseId, placeIdOf, placeOf, toState } from "./state";
import { write } from "./write";

const COMPARISONS: Record<string, Comparison> = {
    directory: { replace: true },
    ssh: { absent: {} },
    systemId: {},
    sharedBetweenMachines: { absent: false },
    onDestroy: { absent: "remove" },
};

const MADE_FILES = ["configToml", "systemId"] as const;

/** The files of one runner manager in a directory of this machine or of another host. */
export const managerFiles: ResourceHandler = {
    secrets: ["configToml"],

    check: (news) => [...problemsOfDirectory(news), ...problemsOf(news)],
    normal: withPlainDirectory,

    async diff(call, existing, inputs) {
        const { state } = existing;
        const place = placeOf(call, inputs, state);
        const diff = await withoutOtherClone(compare(COMPARISONS, existing, inputs), place);
        const { changes, said } = configChange(state, inputs);
        Object.assign(diff.changes, changes);
        const atStart = sayReadAtStart({ changes });
        if (atStart !== undefined) call.log.info(atStart);
        const another = willBeAnother(state.systemId, inputs.systemId);
        if (another !== undefined) call.log.warn(another);
        Object.assign(diff.changes, changesOfOwner(call, state, inputs));
        if (diff.changes.directory) {
            await sayMove(call, state, inputs);
            return diff;
        }
        const seen = await changesSeen(call, place, { state, inputs, changes: diff.changes, said });
        return { ...diff, changes: seen };
    },

    async create(call, inputs, preview) {
        const place = placeOf(call, inputs);
        if (preview) {
            await sayFirst(call, place, inputs);
            return { id: "", state: toState(call, inputs, UNKNOWN, place.host.remote ? undefined : thisMachine()) };
        }
        const { created, configToml, machine } = await write(call, place, inputs, "create");
        return { id: idOf(place), state: toState(call, { ...inputs, configToml }, created, machine) };
    },

    async read(call, id, state, inputs) {
        const { directory, ssh } = state.directory === undefined ? parseId(id) : state;
        const place = placeOf(call, { ...inputs, directory, ssh }, state);
        const sight = await reachedSight(place);
        if (typeof sight === "string") {
            if (state.directory === undefined) throw new Error(`ManagerFiles "${call.name}": ${sight}`);
            call.log.warn(`${sight} What it has stays in the state as it was.`);
            return { id, state, inputs };
        }
        const elsewhere = whyElsewhere(place, sight);
        if (elsewhere !== undefined) {
            sayElsewhere(call, elsewhere);
            return { id, state, inputs };
        }
        const found = inspectFiles(place, sight);
        const why =
            state.host === undefined ? undefined : whyNotOwn(place.host.at(String(directory)), found.owner, place);
        if (why !== undefined) {
            call.log.warn(`${why} It stays in the state as it was.`);
            return { id, state, inputs };
        }
        if (found.configToml === undefined && found.systemId === undefined) return undefined;
        const missing = MADE_FILES.filter((name) => found[name] === undefined);
        const actual = defined({
            directory,
            ssh,
            configToml: found.configToml ?? "",
            systemId: found.systemId ?? "",
        });
        return {
            id,
            state: {
                ...actual,
                // The record of where the files are stays as it was: a read neither moves nor claims anything.
                host: sight.machine.host,
                ...pick(state, ["host", "machine", "owner", "placeId"]),
                ...pick(inputs, ["sharedBetweenMachines", "onDestroy"]),
                configPath: pathsIn(place).config,
                directoryCreated: state.directoryCreated ?? false,
                ...defined({ settings: settingsNow(state, actual.configToml) }),
            },
            // What is missing is still wanted.
            inputs: { ...inputs, ...actual, ...pick(inputs, missing) },
        };
    },

    async update(call, { state }, inputs, preview) {
        const place = placeOf(call, inputs, state);
        if (preview) {
            if (mayAsk(place.host, inputs)) await foundHere(call, place, inputs);
            return {
                ...toState(call, inputs, state.directoryCreated ?? false, undefined),
                ...pick(state, ["host", "machine"]),
            };
        }
        const { created, configToml, machine } = await write(call, place, inputs, "update");
        return toState(call, { ...inputs, configToml }, created || state.directoryCreated === true, machine);
    },

    async delete(call, _id, state) {
        const place = placeOf(call, state, state);
        const directory = place.host.at(place.directory);
        if (state.onDestroy === "keep") {
            call.log.info(`${directory} is left as it is (onDestroy: keep), with its ${CONFIG_FILE} and its identity.`);
            return;
        }
        const sight = await reachedSight(place);
        if (typeof sight === "string") {
            throw new Error(
                `ManagerFiles "${call.name}": ${sight} Its files were not deleted. If the host comes back, run it again then. If it is ` +
                    "gone for good, let the state go of them: pulumi state delete <URN> (pulumi stack --show-urns lists it).",
            );
        }
        const elsewhere = whyElsewhere(place, sight);
        if (elsewhere !== undefined) {
            call.log.warn(`${elsewhere}: the files were left as they are. Delete them there by hand.`);
            return;
        }
        const found = inspectFiles(place, sight);
        const { owner } = found;
        if (owner !== undefined && (!isOwn(owner, place) || isAnothers(owner, place))) {
            call.log.info(`${directory} is the directory of ${shown(owner.owner)} by now: left as it is.`);
            return;
        }
        const ours = { hashes: hashesOfOurs(found, place), systemId: String(state.systemId) };
        const made = { ...ours, directoryCreated: state.directoryCreated === true };
        const kept = await removeFiles(place, found, sight, made);
        if (kept !== undefined) {
            call.log.warn(`${CONFIG_FILE} was edited by hand: it was not deleted but renamed to ${kept}.`);
        }
    },
};

function problemsOf({ systemId, onDestroy }: Props): Problem[] {
    const isWrong = typeof systemId === "string" && !isSystemId(systemId);
    const wanted = `must be s_ or r_ and 12 letters or digits (got ${show(systemId)}). Copy it from .runner_system_id: gitlab-runner refuses others.`;
    const ends = findChoiceProblems(onDestroy, DIRECTORY_ENDS, "onDestroy");
    return isWrong ? [error("systemId", wanted), ...ends] : ends;
}

function changesOfOwner(call: Call, state: Props, inputs: Props): Diff["changes"] {
    const id = placeIdOf(inputs);
    const isOtherPlace = id !== undefined && id !== state.placeId;
    // Files from before there were owner files have no owner; the next update writes it.
    const isOtherOwner = state.owner !== undefined && state.owner !== ownerOf(call);
    return {
        ...(isOtherPlace && { place: state.placeId === undefined ? "add" : "update" }),
        ...(isOtherOwner && { owner: "update" }),
    };
}

/**
 * Whether a directory now belongs to another manager of this stack: it may be the same directory under another address.
 */
function isAnothers(found: DirectoryOwner, { host, owner, place }: DirectoryPlace): boolean {
    return host.remote && found.owner !== owner && found.place !== place;
}
