import * as pulumi from "@pulumi/pulumi";
import { isKnownLater, isMap } from "../../core/values";
import { isPartOfRun, perProgram } from "../common/per-program";
import { warn } from "../common/say";
import { fromJson, OURS } from "./config/known";

const SECTIONS = ["runners", "managers", "exclusive", "registries"];

const reading = perProgram(() => ({
    isRead: false,
    isSaid: false,
    /** What Fleets of the program declare, as `<section> <name>`; or a section alone, whose names come later. */
    declared: new Set<string>(),
}));

/** Notes that the program reads the stack's configuration. */
export function noteConfigRead(): void {
    reading().isRead = true;
}

/**
 * Warns, once, about what a stack's file declares and the program does not read, because editors and `validate` treat
 * it as declared. A program may read the file in its own way, and in other languages has to, so names from the file
 * that are in a Fleet count as read. Waits until the program's first turn is over: it may read the file after a first
 * Fleet.
 */
export function warnOfUnreadConfig(resource: pulumi.Resource, fleet: unknown): void {
    const state = reading();
    const names = namesIn(fleet);
    for (const name of names) state.declared.add(name);
    if (!pulumi.runtime.isDryRun()) return;
    // If it is unknown what the program declares next, sections that this Fleet does not have may be another Fleet's.
    const isOthers = (section: string) => isPartOfRun() && !names.some((name) => name.startsWith(`${section} `));
    const judged = SECTIONS.filter((section) => !isOthers(section));
    const config = pulumi.runtime.allConfig();
    setImmediate(() => {
        const keys = state.isRead || state.isSaid ? [] : findUnread(config, judged, state.declared);
        if (keys.length === 0) return;
        state.isSaid = true;
        const text = `The stack's configuration has ${keys.join(", ")}, of which no Fleet declares anything.`;
        warn(
            `${text} Hand readStackConfig() to the Fleet (in other languages: the values), or remove the keys.`,
            resource,
        );
    });
}

/** Sections of the configuration from which the program declares nothing. */
function findUnread(
    config: Readonly<Record<string, string>>,
    sections: readonly string[],
    declared: ReadonlySet<string>,
): string[] {
    const unread = sections.filter((section) => {
        const names = namesIn({ [section]: fromJson(config[OURS + section] ?? "") });
        return names.length > 0 && ![section, ...names].some((name) => declared.has(name));
    });
    const isPart = config[`${OURS}extends`] !== undefined;
    return [...(isPart ? ["extends"] : []), ...unread].map((key) => OURS + key).sort();
}

function namesIn(fleet: unknown): string[] {
    return SECTIONS.flatMap((section) => {
        const entries = isMap(fleet) ? fleet[section] : undefined;
        if (isKnownLater(entries)) return [section];
        return Object.keys(isMap(entries) ? entries : {}).map((name) => `${section} ${name}`);
    });
}
