import type { Props } from "../../core/props";

/** A state without the properties that are internal to plugins, whose names begin with two underscores. */
export function visible(state: Props): Props {
    return Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith("__")));
}
