import { keptFor } from "../../../core/kept-for";
import { parseMarker } from "../../../core/marker";
import { hasUnknown, mapsIn, type Props, textOf, UNKNOWN, type Value } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import { unlessRefused } from "../../../gitlab/errors";
import { runnersOf } from "../../../gitlab/runner-list";
import type { RunnerScope } from "../../../gitlab/runners";
import type { Sight } from "../../../hosts/host";
import type { Machine } from "../../../hosts/machine";
import { type Comparison, compare } from "../../compare";
import { type Call, settled } from "../../handler";
import { withoutOtherClone } from "./clones";
import {
    type DirectoryPlace,
    isFull,
    newPlaceId,
    placeFrom,
    toPlace,
    whyElsewhere,
    whyNoRight,
    whyNotUsable,
} from "./place";
import { keepSight, latestSight, reachedSight } from "./sight";
import { problemsOfDirectory, withPlainDirectory } from "./ssh";

const COMPARISONS: Record<string, Comparison> = {
    directory: {},
    ssh: { absent: {} },
    systemId: {},
    sharedBetweenMachines: { absent: false },
    takeOverFrom: {},
    declared: {},
};

/**
 * The directory of a manager, reached by `up` before anything is changed in GitLab that the manager has to hear of: the
 * runners it serves and their tokens depend on it. A preview does not go there, and neither does an `up` with nothing for
 * the manager; whatever resets a token asks again.
 */
export const managerPlace = settled({
    secrets: ["declared"],

    // What is wrong here, the manager's files say.
    check: (news) => (news.ssh === undefined ? [] : problemsOfDirectory(news)),
    normal: withPlainDirectory,

    async diff(call, existing, inputs) {
        const place = placeOf(call, existing.state, inputs);
        const diff = await withoutOtherClone(compare(COMPARISONS, existing, inputs), place);
        if (inputs.look !== true || Object.keys(diff.changes).length > 0) return diff;
        const sight = await latestSight(place);
        if (typeof sight !== "string") keepSight(place, Promise.resolve(sight));
        const why = whyNotUsable(place, sight);
        if (why === undefined) return diff;
        if (place.host.remote) {
            // The update tells why: a comparison that failed would stop what has nothing to do with this host, too. A full disk stops
            // what has to be written there, and nothing else.
            const isStopped = !isFull(sight) || (await newRunnerOf(call, inputs)) !== undefined;
            if (isStopped) diff.changes.place = "update";
            return diff;
        }
        const lost = await newRunnerOf(call, inputs);
        if (lost !== undefined) {
            throw new Error(
                `ManagerPlace "${call.name}": runner "${lost}" is not in GitLab and would be made anew, but its token would not ` +
                    `reach the manager: ${why} Nothing was changed.`,
            );
        }
        return diff;
    },

    idOf: ({ name }) => name,

    async settle(call, inputs, preview, state) {
        const place = placeOf(call, state ?? {}, inputs);
        if (!preview) return toState(inputs, toPlace(place.place ?? newPlaceId(), await reach(call, place)));
        // Whether this user may write in a directory of this machine is no round trip. Of one on another machine the comparison
        // of the files tells.
        const isHere = !place.host.remote && typeof inputs.directory === "string";
        const sight = isHere ? await reachedSight(place) : undefined;
        const isElsewhere =
            sight !== undefined && typeof sight !== "string" && whyElsewhere(place, sight) !== undefined;
        const why = sight === undefined || isElsewhere ? undefined : whyNoRight(place, sight);
        if (why !== undefined) call.log.warn(`An up from here would stop before anything is changed: ${why}`);
        else if (!isElsewhere && state !== undefined) {
            const what = `${place.host.at(place.directory)} can be written before it changes anything in GitLab`;
            call.log.info(`up makes sure that ${what}.`);
        }
        return toState(inputs, state === undefined ? UNKNOWN : state.place);
    },
});

/** The machine that a place is on. Throws when it cannot be reached. */
async function reach(call: Call, place: DirectoryPlace): Promise<Machine> {
    const sight = await reachedSight(place);
    const why = whyNotUsable(place, sight);
    if (why !== undefined) throw new Error(`ManagerPlace "${call.name}": ${why} Nothing was changed.`);
    const { machine } = sight as Sight;
    const other = managerAt(call, machine, place.directory);
    if (other !== call.name) {
        throw new Error(
            `ManagerPlace "${call.name}": ${place.host.at(place.directory)} is the directory of manager "${other}" of this program, ` +
                "too, whatever its host is called there. Give each manager a directory of its own. Nothing was changed.",
        );
    }
    return machine;
}

/** Places that this operation has reached, and by which manager; for each plugin process. */
const reachedBy = keptFor<GitLab, Map<string, string>>(() => new Map());

/**
 * The manager that reached a directory of a machine first, which from then on is this one. A host may be reached under
 * several names, so it is told by what it says of itself: by its name and its id together, because machines made from one
 * image may share either.
 */
export function managerAt(
    { gitlab, name }: Pick<Call, "gitlab" | "name">,
    { id, host }: Machine,
    directory: string,
): string {
    const managers = reachedBy(gitlab);
    const place = JSON.stringify([id ?? "", host, directory]);
    if (!managers.has(place)) managers.set(place, name);
    return managers.get(place)!;
}

/** A runner that the manager serves and that is no longer in GitLab, so that it would be made anew. */
async function newRunnerOf(call: Call, inputs: Props): Promise<string | undefined> {
    for (const { name, ...scope } of runnersIn(inputs.runners)) {
        const list = await runnersOf(call.gitlab, scope);
        const records = await list.all().catch(unlessRefused);
        // Who may not list them is held up once the token is there and cannot be delivered.
        if (records === undefined) continue;
        const isThere = records.some(({ maintenanceNote }) => {
            const marker = parseMarker(maintenanceNote ?? "");
            return marker?.owner === call.owner && marker.runner === name;
        });
        if (!isThere) return name;
    }
    return undefined;
}

function placeOf(call: Call, state: Props, inputs: Props): DirectoryPlace {
    const place = placeFrom({ ...inputs, place: state.place }, `${call.owner}/${call.name}`);
    // A directory that was shared until now is where its files are found.
    const shared = place.shared || state.sharedBetweenMachines === true;
    return { ...place, shared, was: textOf(state.directory), addressed: place.host.remote && state.ssh !== undefined };
}

function runnersIn(value: Value | undefined): (RunnerScope & { name: string })[] {
    if (hasUnknown(value)) return [];
    return mapsIn(value).map(({ name, runnerType, groupId, projectId }) => ({
        name: String(name),
        runnerType: String(runnerType),
        ...(typeof (groupId ?? projectId) === "number" ? { id: Number(groupId ?? projectId) } : {}),
    }));
}

function toState({ look: _, ...kept }: Props, place: Value | undefined): Props {
    return { ...kept, place };
}
