import { error, type Problem } from "../../../core/problems";
import { closest } from "../../../core/suggest";
import { isMap } from "../../../core/values";
import { OURS } from "./known";
import { fleetConfig, gitlabConfig } from "./schema";

/** What tells an entry of each section from anything else that may stand below a key of the same name. */
const TELLING: Record<string, string> = {
    runners: "scope",
    managers: "placement",
    exclusive: "scope",
    registries: "consumers",
};

/**
 * Keys that were meant for a fleet and stand under a name that nobody reads: without `gitlab-fleet:`, with that misspelt, or as a map below
 * it. Pulumi takes every key, and puts the project's name before one that has no other, so without a word of ours the fleet would be empty.
 * A key that the program may read for itself is left alone.
 */
export function findMisplacedKeys(config: Readonly<Record<string, unknown>>, project: string): Problem[] {
    return Object.entries(config).flatMap(([key, value]) => {
        const meant = meantKey(key, value, project);
        if (meant === undefined) return [];
        return [error(key, `is read by nobody. Write ${meant.map((name) => `${name}:`).join(" and ")} in its place.`)];
    });
}

function meantKey(key: string, value: unknown, project: string): string[] | undefined {
    const at = key.indexOf(":");
    const name = key.slice(at + 1);
    const space = at < 0 ? project : key.slice(0, at);
    if (key.startsWith(OURS) || space === "gitlab") return undefined;
    if (`${name}:` === OURS) {
        const sections = isMap(value) ? Object.keys(value) : [];
        return sections.length > 0 ? sections.map((section) => OURS + section) : [`${OURS}runners`];
    }
    if (space !== project) {
        if (isMeant(space, OURS.slice(0, -1), name, fleetConfig.shape)) return [OURS + name];
        if (isMeant(space, "gitlab", name, gitlabConfig.shape)) return [`gitlab:${name}`];
    }
    return isSection(name, value) ? [OURS + name] : undefined;
}

/** Whether a package's name is a misspelling of another, by a key that the other one has. */
function isMeant(space: string, name: string, key: string, known: object): boolean {
    return Object.hasOwn(known, key) && closest(space, [name]) !== undefined;
}

function isSection(name: string, value: unknown): boolean {
    const telling = Object.hasOwn(TELLING, name) ? TELLING[name]! : undefined;
    const entries = isMap(value) ? Object.values(value) : [];
    return telling !== undefined && entries.some((entry) => isMap(entry) && Object.hasOwn(entry, telling));
}

/** What Pulumi reads at the top of a stack's file. */
const TOP = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** Keys beside `config:` in a stack's file that were meant to stand below it, or to be it. */
export function findMisplacedTops(file: Readonly<Record<string, unknown>>): Problem[] {
    return Object.keys(file).flatMap((key) => {
        if (TOP.includes(key)) return [];
        const isBelow = /^gitlab(-fleet)?(:|$)/.test(key) || isSection(key, file[key]);
        if (isBelow)
            return [error(key, "is read by nobody where it stands. Write it below config:, further to the right.")];
        if (closest(key, TOP) !== "config") return [];
        return [error(key, "is read by nobody. Write config: in its place.")];
    });
}
