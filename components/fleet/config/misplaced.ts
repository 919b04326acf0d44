import { error, type Problem } from "../../../core/problems";
import { closest, isMisspelt } from "../../../core/suggest";
import { isMap, memberOf } from "../../../core/values";
import { PLACEMENTS } from "../../manager/placements";
import { ENTRIES } from "../problems";
import { OURS } from "./known";
import { FLEET_KEYS, GITLAB_KEYS } from "./schema";

const PLACES = PLACEMENTS.map(({ key }) => key);
const SCOPES = ["group", "project", "projectsBelow"];

/** How entries of a section are recognised among other values below a key of its name: by a key, and one below it. */
const TELLING: Record<string, { key: string; below: readonly string[]; word?: string }> = {
    runners: { key: "scope", below: SCOPES, word: "instance" },
    managers: { key: "placement", below: PLACES },
    exclusive: { key: "scope", below: SCOPES, word: "instance" },
    registries: { key: "consumers", below: ["projects", "groups"] },
};

/** Whose keys are checked. */
interface KeyOwner {
    /** Name of the project, whose program may have keys of its own. */
    project: string;
    /** Whether the program is in a language without `readStackConfig`, so that it reads the configuration itself. */
    readsItself?: boolean;
}

/**
 * Finds keys that were meant for a fleet but are never read: without the prefix `gitlab-fleet:`, with a misspelt
 * prefix, or as a map below it. Pulumi accepts every key, and adds the project's name to a key without a prefix, so the
 * fleet would be empty without any message. Keys that the program or another package may read are left alone. Without
 * an `owner`, no key can be theirs.
 */
export function findMisplacedKeys(config: Readonly<Record<string, unknown>>, owner?: KeyOwner): Problem[] {
    return Object.entries(config).flatMap(([key, value]) => {
        const meant = meantKey(key, value, owner);
        if (meant === undefined) return [];
        const names = meant.map((name) => `${name}:`).join(" and ");
        return [error(memberOf("", key), `is not read by anything. Write ${names} in its place.`)];
    });
}

function meantKey(key: string, value: unknown, owner: KeyOwner | undefined): string[] | undefined {
    const at = key.indexOf(":");
    const name = key.slice(at + 1);
    const space = at < 0 ? undefined : key.slice(0, at);
    if (key.startsWith(OURS) || space === "gitlab") return undefined;
    // To Pulumi, `gitlab-fleet.runners` is a key of the project, and so is a key with the project's name before ours.
    const [, prefix = "", last = ""] = /^(.+)[.:/](.+)$/.exec(space === owner?.project ? name : key) ?? [];
    if (isMeant(prefix, OURS.slice(0, -1), last, FLEET_KEYS)) return [OURS + last];
    const isOfPackage = space !== undefined && space !== owner?.project;
    if (isOfPackage && isMeant(space, "gitlab", name, GITLAB_KEYS)) return [`gitlab:${name}`];
    const mayBeAnothers = owner !== undefined && (isOfPackage || owner.readsItself);
    return mayBeAnothers ? undefined : meantSections(name, value);
}

/** The full keys of the section that a value is, or of the sections that it contains. */
function meantSections(name: string, value: unknown): string[] | undefined {
    if (`${name}:` === OURS) {
        const sections = Object.keys(isMap(value) ? value : {});
        const isFleet = sections.some((section) => Object.hasOwn(FLEET_KEYS, section));
        return isFleet ? sections.map((section) => OURS + section) : undefined;
    }
    const section = Object.hasOwn(TELLING, name) ? name : closest(name, Object.keys(TELLING));
    return section !== undefined && isSection(section, value) ? [OURS + section] : undefined;
}

/**
 * Whether a package's name is a misspelling of another, judged by a key of that other package. Only one letter may
 * differ: `github` has a token and a baseUrl, too.
 */
function isMeant(space: string, name: string, key: string, known: object): boolean {
    return Object.hasOwn(known, key) && isMisspelt(space, name);
}

function isSection(name: string, value: unknown): boolean {
    return isMap(value) && Object.values(value).some((entry) => isEntryOf(name, entry));
}

/** Whether a value can hardly be anything but an entry of a fleet's section. */
function isEntryOf(section: string, entry: unknown): boolean {
    if (!Object.hasOwn(TELLING, section) || !isMap(entry)) return false;
    const { key, below, word } = TELLING[section]!;
    const told = Object.hasOwn(entry, key) ? entry[key] : undefined;
    return isMap(told) ? below.some((one) => Object.hasOwn(told, one)) : told !== undefined && told === word;
}

/** Keys that Pulumi reads at the top of a stack's file. */
const TOP = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** Finds keys next to `config:` that were meant to be below it, or to be it, except those that its aliases refer to. */
export function findMisplacedTops(file: Readonly<Record<string, unknown>>): Problem[] {
    return Object.keys(file).flatMap((key) => {
        if (TOP.includes(key) || holds(file.config, file[key])) return [];
        const isBelow = /^gitlab(-fleet)?(:|$)/.test(key) || isSection(key, file[key]);
        if (isBelow) return [error(key, "is not read there. Write it below config:, further to the right.")];
        if (closest(key, TOP) !== "config") return [];
        return [error(key, "is not read by anything. Write config: in its place.")];
    });
}

/** Whether a value contains this very map or list, not a copy: that is how YAML resolves an alias. */
function holds(value: unknown, wanted: unknown): boolean {
    if (typeof value !== "object" || value === null || typeof wanted !== "object") return false;
    return value === wanted || Object.values(value).some((item) => holds(item, wanted));
}

const WORDS = { runners: "a runner", managers: "a manager", exclusive: "a scope", registries: "a registry" };

/** Entries whose keys are next to them instead of below them. */
interface LostIndent {
    problems: Problem[];
    /** Paths of the misplaced keys; other problems of these keys are not worth reporting. */
    strays: string[];
}

/** Finds empty entries whose keys follow at the same indentation, so that each key looks like an entry. */
export function findLostIndent(fleet: Readonly<Record<string, unknown>>, root: string): LostIndent {
    const found: LostIndent = { problems: [], strays: [] };
    for (const [section, shape] of Object.entries<object>(ENTRIES)) {
        const map = fleet[section];
        if (!isMap(map)) continue;
        const names = Object.keys(map);
        const empty = names.find((name) => map[name] === null);
        const isKey = (name: string) => Object.hasOwn(shape, name) && !isEntryOf(section, map[name]);
        const strays = names.filter((name) => map[name] !== null && isKey(name));
        if (empty === undefined || strays.length === 0) continue;
        const path = memberOf(root, section);
        const what = WORDS[section as keyof typeof WORDS];
        const verb = strays.length === 1 ? `is a key of ${what}. Move it` : `are keys of ${what}. Move them`;
        const text = `has nothing below it, and ${strays.join(", ")} beside it ${verb} further to the right.`;
        found.problems.push(error(memberOf(path, empty), text));
        found.strays.push(memberOf(path, empty), ...strays.map((name) => memberOf(path, name)));
    }
    return found;
}
