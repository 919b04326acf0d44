import { formerName, isOwn, shown } from "../../../core/owner-file";
import { type Props, pick } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import type { Call, Diff } from "../../handler";
import { joinParts, summaryOf } from "../config-toml/words";
import { type DirectoryPlace, whyElsewhere } from "../manager-place/place";
import { CONFIG_FILE, latestSight, sightOf } from "../manager-place/sight";
import { mayAsk } from "../manager-place/ssh";
import { FOREIGN_COPY, type ManagerDirectory } from "./directory";
import { handEdits, look } from "./look";
import { isMoving, sayElsewhere, warnElsewhere } from "./move";

/** What is known of a change before the directory is looked at. */
interface Expected {
    state: Props;
    inputs: Props;
    changes: Diff["changes"];
    /** How `config.toml` changes, in words. */
    said: readonly string[];
}

/** The changes together with those that the directory itself asks for, where it may be looked at. Says what it finds there. */
export async function changesSeen(call: Call, place: DirectoryPlace, expected: Expected): Promise<Diff["changes"]> {
    const { state, inputs, changes, said } = expected;
    const sayConfig = () => {
        if (said.length > 0) call.log.info(`${CONFIG_FILE} changes: ${joinParts(said)}.`);
    };
    if (!mayAsk(place.host, inputs)) {
        sayUnseen(call, place);
        sayConfig();
        return changes;
    }
    const sight = await latestSight(place);
    // The update tells why. A comparison that failed would stop what has nothing to do with this host, too.
    if (typeof sight === "string") return { place: "update", ...changes };
    const elsewhere = whyElsewhere(place, sight);
    if (elsewhere !== undefined) {
        if (place.host.remote && state.ssh !== undefined) return { ...changes, ssh: "update-replace" };
        sayElsewhere(call, elsewhere);
        if (Object.keys(changes).length > 0) warnElsewhere(call, place);
        return changes;
    }
    const found = look(call, place, sight, inputs);
    const isEdited = found !== undefined && found.configToml !== state.configToml;
    const isKnown = typeof inputs.configToml === "string";
    if (!(isEdited && isKnown)) sayConfig();
    if (found === undefined) return changes;
    // Beside a text that is not known yet, an edit is what differs from the one before.
    const wanted = isKnown ? inputs : { ...inputs, ...pick(state, ["configToml", "settings"]) };
    const isTold = Object.keys(changes).some((name) => /^settings\b/.test(name));
    const edits = handEdits(call, place, found, state, wanted).filter((name) => name !== "configToml" || !isTold);
    return { ...Object.fromEntries(edits.map((name) => [name, "update"])), ...changes };
}

/** Says what files come to be where there were none of this manager's. */
export async function sayFirst(call: Call, place: DirectoryPlace, inputs: Props): Promise<void> {
    const summary = summaryOf(inputs.settings);
    if (summary !== undefined) call.log.info(`${CONFIG_FILE} with ${summary}.`);
    if (!mayAsk(place.host, inputs)) return sayUnseen(call, place);
    if (typeof inputs.directory !== "string") return;
    const { owner, configToml } = (await foundHere(call, place, inputs)) ?? {};
    const directory = place.host.at(place.directory);
    if (owner === undefined && configToml !== undefined) call.log.info(willKeep(directory));
    if (owner !== undefined && !isOwn(owner, place)) return call.log.warn(willTakeOver(directory, owner.owner));
    const former = isMoving(call) ? undefined : formerName(owner, place.owner);
    if (former !== undefined) call.log.warn(askWhetherRenamed(directory, former, call.name));
}

export async function foundHere(
    call: Call,
    place: DirectoryPlace,
    inputs: Props,
): Promise<ManagerDirectory | undefined> {
    const sight = await sightOf(place);
    return whyElsewhere(place, sight) === undefined ? look(call, place, sight, inputs) : undefined;
}

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
        `name, say so, and it is changed instead of being recreated: renamedFrom: ${former} at manager ${name}.`
    );
}
