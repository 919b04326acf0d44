import type { Props } from "../../core/props";

/** A state without what plugins keep for themselves: names that begin with two underscores. */
export function visible(state: Props): Props {
    return Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith("__")));
}
