import { isUnknown, mapIn, type Props, pick } from "../../../core/props";
import { type Comparison, compare, differing } from "../../compare";
import { settled } from "../../handler";
import { configChange } from "../config-toml/change";
import { joinParts, summaryOf } from "../config-toml/words";
import { duration, reasonOf } from "../manager-volume/change";

const COMPARISONS: Record<string, Comparison> = {
    place: {},
    systemId: {},
    imageName: {},
    pod: {},
    drainTimeout: {},
};

/** Their values may contain passwords, or, as for hooks and probes, are long and not written by the user. */
const UNSHOWN = /^(env|annotations|lifecycle|.*Probe)$/;

/**
 * What one pod of a manager is made from, to judge what a change means for its process. Nothing of it exists outside
 * the state: StatefulSet and Secret belong to the kubernetes provider.
 */
export const managerPod = settled({
    secrets: ["configToml"],

    diff(call, existing, inputs) {
        const diff = compare(COMPARISONS, existing, inputs);
        Object.assign(diff.changes, configChange(existing.state, inputs).changes);
        if (inputs.preview === true) for (const message of explain(existing.state, inputs)) call.log.info(message);
        return diff;
    },

    idOf: (_call, { place }) => String(place),

    async settle({ log }, inputs, preview, state) {
        const summary = preview && state === undefined ? summaryOf(inputs.settings) : undefined;
        if (summary !== undefined) log.info(`config.toml with ${summary}.`);
        return pick(inputs, [...Object.keys(COMPARISONS), "configToml", "settings"]);
    },
});

/** What a preview says about an existing manager: hot reload, or drain, and why. */
export function explain(state: Props, inputs: Props): string[] {
    const replacing = reasonsFor(podIn(state), podIn(inputs), isUnknown(inputs.pod));
    const reloading = configChange(state, inputs).said;
    const said: string[] = [];
    if (replacing.length > 0) {
        // The old pod has the grace period that it was created with.
        const limit = duration(Number(state.drainTimeout));
        said.push(
            `drain: ${joinParts(replacing, ", ")}. The pod takes no new jobs, finishes those it has (at most ${limit}) and is recreated.`,
        );
    }
    if (reloading.length > 0) {
        const when =
            replacing.length > 0
                ? "The new pod starts with it."
                : "The kubelet brings it within about a minute and a half; jobs run on.";
        said.push(`hot reload: ${joinParts(reloading)} in config.toml. ${when}`);
    }
    return said;
}

function podIn({ pod }: Props): Props {
    return isUnknown(pod) ? {} : mapIn(pod);
}

/** The changes that recreate the pod, in words: `image a → b`. */
function reasonsFor(old: Props, next: Props, isLater: boolean): string[] {
    if (isLater) return ["something that is known after up"];
    // A context that is merely added or removed leads to the same cluster.
    const isNamed = (name: string) => name === "context" && (old[name] === undefined || next[name] === undefined);
    const reasons = differing(old, next).filter((name) => !isNamed(name));
    return reasons.map((name) => {
        if (name === "terminationGracePeriodSeconds") {
            return `drainTimeout ${[old[name], next[name]].map((seconds) => duration(Number(seconds ?? 0))).join(" → ")}`;
        }
        // Keys of `config.toml`: their values here are hashes, or texts for the process, so they are not shown.
        if (name.startsWith("[")) return `${name} (read when gitlab-runner starts)`;
        return reasonOf(name, old[name], next[name], !UNSHOWN.test(name));
    });
}
