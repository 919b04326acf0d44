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
 * Warns, once, of what a stack's file declares and the program does not read: editors and `validate` take it for what will be. A program
 * may read the file in its own way, and in other languages has to, so what has a name of the file in a Fleet counts as read. Nothing is
 * said before the program's first turn is over: it may read the file after a first Fleet.
 */
export function warnOfUnreadConfig(resource: pulumi.Resource, fleet: unknown): void {
    const state = reading();
    const names = namesIn(fleet);
    for (const name of names) state.declared.add(name);
    if (!pulumi.runtime.isDryRun()) return;
    // Where nobody knows what the program declares next, a kind that this Fleet has nothing of may be another's.
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

/** Keys of the configuration that declare something, of which the program declares nothing. */
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
