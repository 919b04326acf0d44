import { hasUnknown, isUnknown, type Props, sameValue, type Value } from "../../../core/props";
import { configChange } from "../config-toml/change";
import { joinParts } from "../config-toml/words";
import { duration } from "../manager-volume/change";

/** Values of these may hold passwords, and a hook or a probe is many words for nothing that a user wrote. */
const UNSHOWN = /^(env|annotations|lifecycle|.*Probe)$/;
const LONGEST = 60;

/** What an update does to a running manager. */
export interface PodChange {
    /** Properties that make the pod anew, in words: `image a → b`. */
    replacing: string[];
    /** What changes in `config.toml`, in words; the process reloads it. */
    reloading: string[];
}

/** Compares a manager's pod as it is with what is wanted of it. */
export function changeOf(state: Props, inputs: Props): PodChange {
    const [old, next] = [podIn(state), podIn(inputs)];
    const changed = isUnknown(inputs.pod)
        ? ["something that is known after up"]
        : [...new Set([...Object.keys(old), ...Object.keys(next)])]
              .filter((name) => hasUnknown(next[name]) || !sameValue(old[name], next[name]))
              .sort()
              .map((name) => reasonOf(name, old[name], next[name]));
    return { replacing: changed, reloading: configChange(state, inputs).said };
}

/** What a preview says about an existing manager: hot reload, or drain, and why. */
export function explain(state: Props, inputs: Props): string[] {
    const { replacing, reloading } = changeOf(state, inputs);
    const said: string[] = [];
    if (replacing.length > 0) {
        // The pod that goes has the grace period that it was made with.
        const limit = duration(Number(state.drainTimeout));
        said.push(
            `drain: ${joinParts(replacing, ", ")}. The pod takes no new jobs, finishes those it has (at most ${limit}) and is made anew.`,
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

function podIn({ pod }: Props): Record<string, Value | undefined> {
    return (isUnknown(pod) ? {} : (pod ?? {})) as Record<string, Value | undefined>;
}

/** In words; what stands for keys of `config.toml` is a hash, or a text for the process. */
function reasonOf(name: string, old: Value | undefined, next: Value | undefined): string {
    const [before, after] = [old, next].map((value) =>
        typeof value === "string" ? value.replace(/^"(.*)"$/, "$1") : value === undefined ? "none" : "…",
    ) as [string, string];
    if (name === "terminationGracePeriodSeconds") {
        return `drainTimeout ${duration(Number(before) || 0)} → ${duration(Number(after) || 0)}`;
    }
    if (name.startsWith("[")) return `${name} (read when gitlab-runner starts)`;
    const isShown = !UNSHOWN.test(name) && before.length <= LONGEST * 2 && after.length <= LONGEST * 2;
    return isShown ? `${name} ${before} → ${after}` : name;
}
