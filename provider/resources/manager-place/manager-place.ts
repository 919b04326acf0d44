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
 * The directory of a manager. `up` reaches it before it changes anything in GitLab that the manager must learn of: the
 * manager's runners and their tokens depend on this resource. A preview does not go there, and neither does an `up`
 * without changes for the manager; whatever resets a token checks it again.
 */
export const managerPlace = settled({
    secrets: ["declared"],

    // For a directory on this machine, the manager's files report what is wrong.
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
            // The update reports the reason: an error in the diff would also stop what has nothing to do with this
            // host. A full disk stops only what must be written there.
            const isStopped = !isFull(sight) || (await newRunnerOf(call, inputs)) !== undefined;
            if (isStopped) diff.changes.place = "update";
            return diff;
        }
        const lost = await newRunnerOf(call, inputs);
        if (lost !== undefined) {
            throw new Error(
                `ManagerPlace "${call.name}": runner "${lost}" is not in GitLab and would be recreated, but its token would not ` +
                    `reach the manager: ${why} Nothing was changed.`,
            );
        }
        return diff;
    },

    idOf: ({ name }) => name,

    async settle(call, inputs, preview, state) {
        const place = placeOf(call, state ?? {}, inputs);
        if (!preview) return toState(inputs, toPlace(place.place ?? newPlaceId(), await reach(call, place)));
        // Checking write access on this machine takes no round trip. For another machine, the diff of the files reports
        // it.
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

/** The machine of a place. Throws if it cannot be reached. */
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

/** Places that this operation has reached, and the manager that did; per plugin process. */
const reachedBy = keptFor<GitLab, Map<string, string>>(() => new Map());

/**
 * The manager that first reached a directory of a machine; if there was none, it is this one from now on. A host may be
 * reached under several names, so it is identified by what it reports: its name and its id together, because machines
 * created from one image may share either.
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

/** A runner of the manager that is no longer in GitLab and so would be recreated. */
async function newRunnerOf(call: Call, inputs: Props): Promise<string | undefined> {
    for (const { name, ...scope } of runnersIn(inputs.runners)) {
        const list = await runnersOf(call.gitlab, scope);
        const records = await list.all().catch(unlessRefused);
        // Without permission to list runners, the problem shows once the token exists and cannot be delivered.
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
    // A directory that was shared until now is wherever its files are found.
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
