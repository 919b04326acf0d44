import type { Cost } from "./kind";

/** An option of a placement, once for editors, the documentation and whoever asks what a change of it costs. */
export interface Option {
    /** What it says, as a sentence. */
    meaning: string;
    /** What holds without it; an option without a default is needed. */
    default?: string;
    /** What a change of it does. */
    change: Cost;
}

/** What a change of each option does. */
export function costsOf(options: Readonly<Record<string, Option>>): Record<string, Cost> {
    return Object.fromEntries(Object.entries(options).map(([key, { change }]) => [key, change]));
}
