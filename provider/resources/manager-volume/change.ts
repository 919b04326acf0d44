import { hasUnknown, isUnknown, mapIn, type Props, sameValue } from "../../../core/props";
import { differing } from "../../compare";
import { configChange } from "../config-toml/change";
import { joinParts } from "../config-toml/words";

/** Properties of a container that the docker provider changes without making the container anew. */
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

/** What an update does to a running manager. */
export interface ManagerChange {
    /** Properties that make the container anew. */
    replacing: string[];
    /** Properties that change while it runs. */
    inPlace: string[];
    /** What changes in `config.toml`, in words; the process reloads it. */
    reloading: string[];
}

/** Compares a manager as it is with what is wanted of it. */
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
        const why = replacing.map((name) => reasonOf(name, state, inputs)).join(", ");
        const limit = duration(Number(state.drainTimeout));
        said.push(
            inputs.replacement === "overlap"
                ? `overlap: ${why}. A new container starts first; then the old one finishes its jobs (at most ${limit}) and is removed.`
                : `drain: ${why}. The container takes no new jobs, finishes those it has (at most ${limit}) and is made anew.`,
        );
    }
    if (inPlace.length > 0) {
        const why = inPlace.map((name) => reasonOf(name, state, inputs)).join(", ");
        said.push(`in place: ${why}. The container runs on.`);
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
                : `${change}: in place, holds from this update on. docker stop by hand knows it once the container is made anew.`,
        );
    }
    return said;
}

/** Seconds as `1h30m`. */
export function duration(seconds: number): string {
    const parts: [number, string][] = [
        [Math.floor(seconds / 3600), "h"],
        [Math.floor((seconds % 3600) / 60), "m"],
        [seconds % 60, "s"],
    ];
    const text = parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join("");
    return text || "0s";
}

function containerIn({ container }: Props): Props {
    return isUnknown(container) ? { container } : mapIn(container);
}

/** A value of a property as a word, which is kept as JSON. */
export function plain(json: unknown): string | undefined {
    return typeof json === "string" ? json.replace(/^"(.*)"$/, "$1") : undefined;
}

/** Values of these may hold passwords. */
const UNSHOWN = new Set(["envs", "uploads", "command", "entrypoints"]);

function reasonOf(name: string, state: Props, inputs: Props): string {
    if (name === "image") return imageReason(state, inputs);
    const [old, next] = [containerIn(state)[name], containerIn(inputs)[name]].map(plain);
    const shown = [old, next].every((text) => (text ?? "").length < 60) && !UNSHOWN.has(name);
    return shown
        ? `${name} ${old ?? "none"} → ${next ?? (hasUnknown(containerIn(inputs)[name]) ? "…" : "none")}`
        : name;
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
