import { parseMarker } from "../../../core/marker";
import { hasUnknown, type Props, UNKNOWN, type Value } from "../../../core/props";
import { unlessRefused } from "../../../gitlab/errors";
import { runnersOf } from "../../../gitlab/runner-list";
import type { RunnerScope } from "../../../gitlab/runners";
import { thisMachine } from "../../../hosts/machine";
import { type Comparison, compare } from "../../compare";
import type { Call, ResourceHandler } from "../../handler";
import { refuseImport } from "../../no-import";
import { type DirectoryPlace, newPlaceId, placeFrom, toPlace, whyNotReached } from "./place";

const COMPARISONS: Record<string, Comparison> = {
    directory: {},
    systemId: {},
    sharedBetweenMachines: { absent: false },
    takeOverFrom: {},
    declared: {},
};

/**
 * The directory of a manager, reached by `up` before anything is changed in GitLab that the manager has to hear of: the
 * runners it serves and their tokens depend on it. A preview does not go there, and neither does an `up` with nothing for
 * the manager; whatever resets a token asks again (behind-places.ts).
 */
export const managerPlace: ResourceHandler = {
    secrets: ["declared"],

    check(news) {
        return { inputs: news, failures: [] };
    },

    async diff(call, existing, inputs) {
        const diff = compare(COMPARISONS, existing, inputs);
        if (inputs.look === true && Object.keys(diff.changes).length === 0)
            await refuseNewRunners(call, existing.state, inputs);
        return diff;
    },

    async create(call, inputs, preview) {
        if (preview) return { id: "", state: toState(inputs, UNKNOWN) };
        await reach(call, placeOf(call, {}, inputs));
        return { id: call.name, state: toState(inputs, toPlace(newPlaceId(), thisMachine())) };
    },

    async read(_call, id, state, inputs) {
        refuseImport("ManagerPlace", state);
        return { id, state, inputs };
    },

    async update(call, { state }, inputs, preview) {
        if (preview) {
            call.log.info(
                `up makes sure that ${String(inputs.directory)} can be written before it changes anything in GitLab.`,
            );
            return toState(inputs, state.place);
        }
        await reach(call, placeOf(call, state, inputs));
        return toState(inputs, toPlace(String((state.place as Props).id), thisMachine()));
    },

    async delete() {
        // Nothing was made.
    },
};

/** Throws when a place cannot be reached. */
async function reach(call: Call, place: DirectoryPlace): Promise<void> {
    const why = await whyNotReached(place);
    if (why !== undefined) throw new Error(`ManagerPlace "${call.name}": ${why} Nothing was changed.`);
}

/**
 * Throws when a runner that the manager serves is no longer in GitLab, so that it would be made anew with a token that
 * does not reach the manager. GitLab is only asked when the place cannot be reached.
 */
async function refuseNewRunners(call: Call, state: Props, inputs: Props): Promise<void> {
    const why = await whyNotReached(placeOf(call, state, inputs));
    if (why === undefined) return;
    for (const { name, ...scope } of runnersIn(inputs.runners)) {
        const list = await runnersOf(call.gitlab, scope);
        const records = await list.all().catch(unlessRefused);
        // Who may not list them is held up once the token is there and cannot be delivered.
        if (records === undefined) continue;
        const isThere = records.some(({ maintenanceNote }) => {
            const marker = parseMarker(maintenanceNote ?? "");
            return marker?.owner === call.owner && marker.runner === name;
        });
        if (isThere) continue;
        throw new Error(
            `ManagerPlace "${call.name}": runner "${name}" is not in GitLab and would be made anew, but its token would not ` +
                `reach the manager: ${why} Nothing was changed.`,
        );
    }
}

function placeOf(call: Call, state: Props, inputs: Props): DirectoryPlace {
    const place = placeFrom({ ...inputs, place: state.place }, { owner: `${call.owner}/${call.name}` });
    // A directory that was shared until now is where its files are found.
    return { ...place, shared: place.shared || state.sharedBetweenMachines === true };
}

function runnersIn(value: Value | undefined): (RunnerScope & { name: string })[] {
    if (!Array.isArray(value) || hasUnknown(value)) return [];
    return (value as Props[]).map(({ name, runnerType, groupId, projectId }) => ({
        name: String(name),
        runnerType: String(runnerType),
        ...(typeof (groupId ?? projectId) === "number" ? { id: Number(groupId ?? projectId) } : {}),
    }));
}

function toState({ look: _, ...kept }: Props, place: Value | undefined): Props {
    return { ...kept, place };
}
