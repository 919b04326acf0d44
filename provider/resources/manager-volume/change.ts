import { nanosecondsToDuration } from "../../../core/durations";
import { isUnknown, mapIn, type Props, sameValue, type Value } from "../../../core/props";
import { differing } from "../../compare";
import { configChange } from "../config-toml/change";
import { joinParts } from "../config-toml/words";

/** Properties of a container that the docker provider changes without recreating the container. */
const IN_PLACE = new Set([
    "destroyGraceSeconds",
    "mustRun",
    "restart",
    "maxRetryCount",
    "memory",
    "memoryReservation",
    "memorySwap",
    "cpuShares",
    "cpuSet",
    "deviceReadBps",
    "deviceReadIops",
    "deviceWriteBps",
    "deviceWriteIops",
    "start",
    "wait",
    "waitTimeout",
]);

export interface ManagerChange {
    /** Properties that recreate the container. */
    replacing: string[];
    /** Properties that change while it runs. */
    inPlace: string[];
    /** Changes in `config.toml`, in words; the process reloads it. */
    reloading: string[];
}

export function changeOf(state: Props, inputs: Props): ManagerChange {
    const changed = differing(containerIn(state), containerIn(inputs));
    return {
        replacing: changed.filter((name) => !IN_PLACE.has(name)),
        inPlace: changed.filter((name) => IN_PLACE.has(name) && name !== "destroyGraceSeconds"),
        reloading: configChange(state, inputs).said,
    };
}

/** What a preview says about an existing manager: hot reload, in place, or drain, and why. */
export function explain(state: Props, inputs: Props): string[] {
    const { replacing, inPlace, reloading } = changeOf(state, inputs);
    const said: string[] = [];
    if (replacing.length > 0) {
        const why = reasonsFor(replacing, state, inputs);
        const limit = duration(Number(state.drainTimeout));
        said.push(
            inputs.replacement === "overlap"
                ? `overlap: ${why}. A new container starts first; then the old one finishes its jobs (at most ${limit}) and is removed.`
                : `drain: ${why}. The container takes no new jobs, finishes those it has (at most ${limit}) and is recreated.`,
        );
    }
    if (inPlace.length > 0) {
        said.push(`in place: ${reasonsFor(inPlace, state, inputs)}. The container runs on.`);
    }
    if (reloading.length > 0) {
        said.push(
            `hot reload: ${joinParts(reloading)} in config.toml. The process loads it within seconds; jobs run on.`,
        );
    }
    if (!isUnknown(inputs.drainTimeout) && !sameValue(state.drainTimeout, inputs.drainTimeout)) {
        const change = `drainTimeout ${duration(Number(state.drainTimeout))} → ${duration(Number(inputs.drainTimeout))}`;
        said.push(
            replacing.length > 0
                ? `${change}: takes effect after this update, whose own drain still ends after ` +
                      `${duration(Number(state.drainTimeout))}. To drain with the new one, run up with only drainTimeout changed first.`
                : `${change}: in place, holds from this update on. docker stop by hand knows it once the container is recreated.`,
        );
    }
    return said;
}

/** Seconds as `1h30m`. */
export function duration(seconds: number): string {
    return nanosecondsToDuration(seconds * 1e9).replace(/(?<=[hm])0[ms]/g, "");
}

function containerIn({ container }: Props): Props {
    return isUnknown(container) ? { container } : mapIn(container);
}

const LONGEST_SHOWN = 120;

/**
 * A property's old and new value, both stored as JSON: `hostname none → x`. Only its name if that is too long, or must
 * not be `shown`.
 */
export function reasonOf(name: string, before: Value | undefined, after: Value | undefined, shown: boolean): string {
    const [old, next] = [before, after].map((json) =>
        typeof json === "string" ? json.replace(/^"(.*)"$/, "$1") : json === undefined ? "none" : "…",
    ) as [string, string];
    return shown && old.length <= LONGEST_SHOWN && next.length <= LONGEST_SHOWN ? `${name} ${old} → ${next}` : name;
}

/** Their values may contain passwords. */
const UNSHOWN = ["envs", "uploads", "command", "entrypoints"];

/** The changes that recreate the container or that it takes while running, in words. */
function reasonsFor(names: readonly string[], state: Props, inputs: Props): string {
    const [old, next] = [containerIn(state), containerIn(inputs)];
    return names
        .map((name) =>
            name === "image"
                ? imageReason(state, inputs)
                : reasonOf(name, old[name], next[name], !UNSHOWN.includes(name)),
        )
        .join(", ");
}

function imageReason(state: Props, inputs: Props): string {
    if (!sameValue(state.imageName, inputs.imageName)) {
        return `image ${state.imageName as string} → ${inputs.imageName as string}`;
    }
    const [old, next] = [containerIn(state).image, containerIn(inputs).image].map((id) =>
        typeof id === "string" ? id.replace(/"|sha256:/g, "").slice(0, 12) : "…",
    );
    return `image ${inputs.imageName as string} is another one now (${old} → ${next})`;
}
