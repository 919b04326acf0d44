import { isUnknown, mapIn, type Props, UNKNOWN } from "../../../core/props";
import { DIRECTORY, ENGINE, INCARNATION, OWNER, ROLE } from "../../docker/config-volume";
import { changeOf } from "./change";

/**
 * Which of a manager's two slots its container uses. With `overlap`, a new container starts while the old one still
 * runs, so it uses the other slot: its own name, volume and identity. Without `overlap`, the slot stays the same.
 */
export type Slot = "a" | "b";

/** The slot of a manager in `state` after an update. */
export function nextSlot(state: Props, inputs: Props): Slot {
    const slot = (state.slot ?? "a") as Slot;
    const moves =
        inputs.replacement === "overlap" && state.slot !== undefined && changeOf(state, inputs).replacing.length > 0;
    return moves ? (slot === "a" ? "b" : "a") : slot;
}

/**
 * The stop timeout with which the container is declared. A change of it recreates the container, so a new
 * `drainTimeout` alone must not change it: it waits for the next replacement.
 */
export function nextStopTimeout(state: Props, inputs: Props): Props[string] {
    const stays = state.stopTimeout !== undefined && changeOf(state, inputs).replacing.length === 0;
    return stays ? state.stopTimeout : inputs.drainTimeout;
}

export function namesOf(inputs: Props, slot: Slot): { container: string; volume: string; home: string | undefined } {
    const container = slot === "a" ? String(inputs.name) : `${inputs.name as string}-b`;
    return { container, volume: container, home: inputs.home === true ? `${container}-home` : undefined };
}

export function identityOf(inputs: Props, slot: Slot): Props[string] {
    return slot === "a" ? inputs.systemId : (inputs.alternateSystemId ?? inputs.systemId);
}

/** The decisions of an update. */
export interface Made {
    slot: Slot;
    /** Counts how often the container had to be recreated although nothing that was declared had changed. */
    incarnation: number;
    stopTimeout: Props[string];
    /** The engine's time of the last delivery. */
    writtenAt: Props[string];
}

export function toState(inputs: Props, made: Made): Props {
    const { look: _, serves: __, stateLost: ___, ...kept } = inputs;
    const { container, volume, home } = namesOf(inputs, made.slot);
    const host = isUnknown(inputs.engine) ? UNKNOWN : (mapIn(inputs.engine).host ?? "default");
    return {
        ...kept,
        slot: made.slot,
        incarnation: made.incarnation,
        stopTimeout: made.stopTimeout,
        writtenAt: made.writtenAt,
        containerName: container,
        volumeName: volume,
        homeVolumeName: home,
        directory: DIRECTORY,
        activeSystemId: identityOf(inputs, made.slot),
        labels: {
            [OWNER]: inputs.owner,
            [ROLE]: "manager",
            [INCARNATION]: String(made.incarnation),
            [ENGINE]: host,
        },
    };
}
