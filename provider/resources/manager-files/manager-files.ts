import { DIRECTORY_ENDS } from "../../../core/manager-directory";
import { type DirectoryOwner, formerName, isOwn, shown, whyNotOwn } from "../../../core/owner-file";
import { error, findChoiceProblems, type Problem } from "../../../core/problems";
import { defined, type Props, pick, UNKNOWN } from "../../../core/props";
import { isSystemId } from "../../../core/system-id";
import { show } from "../../../core/values";
import type { GitLab } from "../../../gitlab/client";
import type { Sight } from "../../../hosts/host";
import { thisMachine } from "../../../hosts/machine";
import { type Comparison, compare } from "../../compare";
import type { Call, ResourceHandler } from "../../handler";
import { configChange, sayReadAtStart } from "../config-toml/change";
import { settingsNow } from "../config-toml/settings";
import { joinParts, summaryOf } from "../config-toml/words";
import { withoutOtherClone } from "../manager-place/clones";
import { type DirectoryPlace, remedyElsewhere, whyElsewhere } from "../manager-place/place";
import { CONFIG_FILE, latestSight, pathsIn, reachedSight, sightOf } from "../manager-place/sight";
import { mayAsk, problemsOfDirectory, withPlainDirectory } from "../manager-place/ssh";
import { hashesOfOurs } from "./by-hand";
import { FOREIGN_COPY, inspectFiles, type ManagerDirectory, removeFiles } from "./directory";
import { handEdits, look, willBeAnother } from "./look";
import { isMoving, sayElsewhere, sayMove } from "./move";
import { idOf, ownerOf, parseId, placeIdOf, placeOf, toState } from "./state";
import { write } from "./write";

const COMPARISONS: Record<string, Comparison> = {
    directory: { replace: true },
    ssh: { absent: {} },
    systemId: {},
    sharedBetweenMachines: { absent: false },
    onDestroy: { absent: "remove" },
};

/** Inputs that say nothing of what is in the files. */
const BESIDE_FILES = [
    "place",
    "sharedBetweenMachines",
    "takeOverFrom",
    "onDestroy",
    "rotatedByProcess",
    "settings",
    "serves",
];

/** The files of one runner manager in a directory of this machine. */
export const managerFiles: ResourceHandler = {
    secrets: ["configToml"],
    oneThing: true,

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
        const id = placeIdOf(inputs);
        if (id !== undefined && id !== state.placeId)
            diff.changes.place = state.placeId === undefined ? "add" : "update";
        // Files of before there were owner files have none; the next update writes it.
        if (state.owner !== undefined && state.owner !== ownerOf(call)) diff.changes.owner = "update";
        if (diff.changes.directory) {
            await sayMove(call, state, inputs);
            return diff;
        }
        if (!mayAsk(place.host, inputs)) {
            sayUnseen(call, place);
            if (said.length > 0) call.log.info(`${CONFIG_FILE} changes: ${joinParts(said)}.`);
            return diff;
        }
        const sight = await latestSight(place);
        if (typeof sight === "string") {
            // The update tells why. A comparison that failed would stop what has nothing to do with this host, too.
            diff.changes.place ??= "update";
            return diff;
        }
        const elsewhere = whyElsewhere(place, sight);
        if (elsewhere !== undefined && place.host.remote && state.ssh !== undefined) {
            diff.changes.ssh = "update-replace";
            return diff;
        }
        if (elsewhere !== undefined) {
            sayElsewhere(call, place, elsewhere, Object.keys(diff.changes).length > 0);
            return diff;
        }
        const found = look(call, place, sight, inputs);
        const edited = found !== undefined && found.configToml !== state.configToml;
        if (said.length > 0 && !edited) call.log.info(`${CONFIG_FILE} changes: ${joinParts(said)}.`);
        if (found === undefined || typeof inputs.configToml !== "string") return diff;
        for (const property of handEdits(call, place, found, state, inputs)) {
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
            if (!mayAsk(place.host, inputs)) sayUnseen(call, place);
            else if (typeof directory === "string") {
                const found = await foundHere(call, place, inputs);
                const taken = found?.owner !== undefined && !isOwn(found.owner, place);
                if (taken) call.log.warn(willTakeOver(place.host.at(directory), found.owner!.owner));
                if (found?.configToml !== undefined && found.owner === undefined)
                    call.log.info(willKeep(place.host.at(directory)));
                const former = isMoving(call) ? undefined : formerName(found?.owner, place.owner);
                if (former !== undefined && !taken)
                    call.log.warn(askWhetherRenamed(place.host.at(directory), former, call.name));
            }
            return { id: "", state: toState(call, inputs, UNKNOWN, place.host.remote ? undefined : thisMachine()) };
        }
        const sight = await orRefuse(call, place);
        const { created, configToml, machine } = await write(call, place, inputs, sight, false);
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
            sayElsewhere(call, place, elsewhere, false);
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
                // How the files came to be where they are stays as it was: a read moves and claims nothing.
                host: sight.machine.host,
                ...pick(state, ["host", "machine", "owner", "placeId"]),
                ...pick(inputs, ["sharedBetweenMachines", "onDestroy"]),
                configPath: pathsIn(place).config,
                directoryCreated: state.directoryCreated ?? false,
                ...defined({ settings: settingsNow(state, actual.configToml) }),
            },
            inputs: { ...pick(inputs, BESIDE_FILES), ...actual },
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
        const sight = await orRefuse(call, place);
        const elsewhere = whyElsewhere(place, sight);
        if (elsewhere !== undefined) {
            throw new Error(
                `ManagerFiles "${call.name}": ${elsewhere}. Nothing was written. ${remedyElsewhere(place)}`,
            );
        }
        const { created, configToml, machine } = await write(call, place, inputs, sight, true);
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
        const written = { ours: hashesOfOurs(found, place), systemId: String(state.systemId) };
        const kept = await removeFiles(place, found, sight, written, state.directoryCreated === true);
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

/** A look at what is going to be written. Throws when the host cannot be reached. */
async function orRefuse(call: Call, place: DirectoryPlace): Promise<Sight> {
    const sight = await reachedSight(place);
    if (typeof sight === "string") throw new Error(`ManagerFiles "${call.name}": ${sight} Nothing was written.`);
    return sight;
}

/** Whether a directory is that of another manager of this stack by now: under another address it may be the same one. */
function isAnothers(found: DirectoryOwner, { host, owner, place }: DirectoryPlace): boolean {
    return host.remote && found.owner !== owner && found.place !== place;
}

/** What is in the directory, where this is the machine that it is on. */
async function foundHere(call: Call, place: DirectoryPlace, inputs: Props): Promise<ManagerDirectory | undefined> {
    const sight = await sightOf(place);
    return whyElsewhere(place, sight) === undefined ? look(call, place, sight, inputs) : undefined;
}

/** Runs in which it was said. */
const saidUnseen = new WeakSet<GitLab>();

/** Says once in a run that other machines are not asked, and not once for each of them. */
function sayUnseen(call: Call, { host, directory }: DirectoryPlace): void {
    if (saidUnseen.has(call.gitlab)) return;
    saidUnseen.add(call.gitlab);
    call.log.info(
        `${host.at(directory)} was not looked at: a preview asks no host, it compares with the state. An up looks, and look: true makes a preview look.`,
    );
}

function willKeep(directory: string): string {
    return `${directory} has a ${CONFIG_FILE} already, which this one replaces: up keeps it beside, as ${FOREIGN_COPY}.`;
}

function willTakeOver(directory: string, owner: string): string {
    return (
        `up takes ${directory} over from ${shown(owner)}, whose ${CONFIG_FILE} is kept beside: a gitlab-runner that runs there ` +
        "serves the runners of this manager from then on."
    );
}

function askWhetherRenamed(directory: string, former: string, name: string): string {
    return (
        `${directory} is what manager ${former} of this stack has written until now. If this is the same manager under another ` +
        `name, say so, and it is changed in place of being made anew: renamedFrom: ${former} at manager ${name}.`
    );
}
