import type { Props } from "../../../core/props";
import { type Comparison, compare } from "../../compare";
import type { ResourceHandler } from "../../handler";
import { stateAlone } from "../../imports";
import { configChange } from "../config-toml/change";
import { summaryOf } from "../config-toml/words";
import { explain } from "./change";

const COMPARISONS: Record<string, Comparison> = {
    place: {},
    systemId: {},
    imageName: {},
    pod: {},
    drainTimeout: {},
};

/**
 * What one pod of a manager is made from, and the judgement of what a change means for the process in it. Nothing of it exists
 * outside the state: StatefulSet and Secret are the kubernetes provider's.
 */
export const managerPod: ResourceHandler = {
    secrets: ["configToml"],

    diff(call, existing, inputs) {
        const diff = compare(COMPARISONS, existing, inputs);
        Object.assign(diff.changes, configChange(existing.state, inputs).changes);
        if (inputs.preview === true) for (const message of explain(existing.state, inputs)) call.log.info(message);
        return diff;
    },

    async create(call, inputs, preview) {
        const summary = preview ? summaryOf(inputs.settings) : undefined;
        if (summary !== undefined) call.log.info(`config.toml with ${summary}.`);
        return { id: String(inputs.place), state: toState(inputs) };
    },

    read: stateAlone("ManagerPod"),

    async update(_call, _existing, inputs) {
        return toState(inputs);
    },
};

function toState({ place, configToml, settings, systemId, imageName, pod, drainTimeout }: Props): Props {
    const known = { place, configToml, settings, systemId, imageName, pod, drainTimeout };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Props;
}
