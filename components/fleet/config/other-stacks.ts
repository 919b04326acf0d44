import { groupPath, type ScalingGroup, scalingGroupOf, sharedGroup } from "../../../core/config-toml/scaling-groups";
import { type Problem, warning } from "../../../core/problems";
import { toApiUrl } from "../../../core/runner-url";
import { firstOf, isMap, joinPaths, memberOf, show } from "../../../core/values";
import { namesOf } from "../../manager/placements";
import { findSharedLists, isReference, keyOf } from "./shared-lists";
import type { StackFile } from "./stack-files";

/** A stack's configuration by full key. */
type Config = Record<string, unknown>;

const BASE_URL = "gitlab:baseUrl";
const RUNNER = "runner ";

/** Code that silences the warning about a name or address, in the `silence` of its runner or manager. */
const OTHER_STACK = "other-stack";

/** A name or address, with the runner or manager that it belongs to. */
interface Named {
    path: string;
    text: string;
    owner?: Record<string, unknown>;
}

/**
 * Finds what was probably copied from another stack's file and forgotten: an address or name that contains the other
 * stack's name, and things that both declare in the same GitLab, where the stack that is applied last would win.
 */
export function findOtherStacks(stack: string, config: Config, others: ReadonlyMap<string, StackFile>): Problem[] {
    const neighbours = [...others].filter(([name]) => name !== stack);
    const address = addressOf(config);
    const sameGitLab = ([, other]: readonly [string, StackFile]) =>
        address !== undefined && address === addressOf(other);
    return [
        ...findShared(config, neighbours),
        ...findSharedLists(
            entries(config, "registries"),
            neighbours.filter(sameGitLab).map(([name, other]) => [name, entries(other, "registries")]),
        ),
        ...neighbours.flatMap(([name, other]) => findSharedGroups(name, config, other)),
        ...namesIn(config).flatMap((named) => findForeignName(stack, named, neighbours)),
    ];
}

function findForeignName(
    stack: string,
    { path, text, owner }: Named,
    neighbours: readonly (readonly [string, StackFile])[],
): Problem[] {
    const words = new Set(text.toLowerCase().split(/[^a-z0-9]+/));
    if (wordsOf(stack).every((word) => words.has(word))) return [];
    if (accepts(owner, OTHER_STACK)) return [];
    const meant = neighbours.find(([name]) => wordsOf(name).every((word) => words.has(word)));
    if (meant === undefined) return [];
    const message = `holds the name of stack ${show(meant[0])} (got ${show(text)}). Is it meant for this one?`;
    if (owner === undefined) return [warning(path, message)];
    return [{ ...warning(path, `${message} If so, add ${OTHER_STACK} to its silence.`), code: OTHER_STACK }];
}

/** Whether a runner or manager of a stack's file silences a code. */
export function accepts(owner: Record<string, unknown> | undefined, code: string): boolean {
    return Array.isArray(owner?.silence) && owner.silence.includes(code);
}

function wordsOf(name: string): string[] {
    return name.toLowerCase().split(/[^a-z0-9]+/);
}

/** Addresses, and names by which people and machines identify something. */
function namesIn(config: Config): Named[] {
    const found: Named[] = [];
    const note = (path: string, text: unknown, owner?: Named["owner"]) => {
        if (typeof text === "string" && text !== "") found.push({ path, text, owner });
    };
    note(BASE_URL, config[BASE_URL]);
    for (const [name, runner] of entries(config, "runners")) {
        const path = memberOf("gitlab-fleet:runners", name);
        note(path, name, runner);
        note(memberOf(path, "description"), runner.description, runner);
        const { environment } = isMap(runner.config) ? runner.config : {};
        if (!Array.isArray(environment)) continue;
        for (const [index, entry] of environment.entries()) {
            // Only addresses: other values may be any word.
            const [address] = /https?:\/\/[^\s/]+/.exec(String(entry)) ?? [];
            note(memberOf(joinPaths(path, "config.environment"), index), address?.replace(/\/\/.*@/, "//"), runner);
        }
    }
    for (const [name, manager] of entries(config, "managers")) {
        const path = memberOf("gitlab-fleet:managers", name);
        note(path, name, manager);
        note(memberOf(path, "gitlabUrl"), manager.gitlabUrl, manager);
        for (const [where, text] of Object.entries(namesOf(manager.placement)))
            note(joinPaths(path, `placement.${where}`), text, manager);
    }
    return found;
}

/** One warning for all neighbours: if three stacks share a file, each has two neighbours. */
function findShared(config: Config, neighbours: readonly (readonly [string, StackFile])[]): Problem[] {
    const address = addressOf(config);
    if (address === undefined) return [];
    const own = claimsOf(config);
    const found = neighbours.flatMap(([name, other]) => {
        const theirs = new Set(address === addressOf(other) ? claimsOf(other) : []);
        const shared = own.filter((claim) => theirs.has(claim));
        return shared.length === 0 ? [] : [{ name, shared }];
    });
    if (found.length === 0) return [];
    const shared = own.filter((claim) => found.some((one) => one.shared.includes(claim)));
    const stacks = found.map(({ name }) => show(name));
    const names = firstOf(stacks, 5);
    const which =
        stacks.length === 1
            ? `stack ${names} too, and both declare`
            : `stacks ${names} too, which between them also declare`;
    return [warning(BASE_URL, `is that of ${which} ${firstOf(shared, 5)}: ${whatFollows(shared)}`)];
}

/** Each stack has a runner of its own. But there is one allowlist, and one decision about who else is in a scope. */
function whatFollows(shared: readonly string[]): string {
    const runners = shared.filter((claim) => claim.startsWith(RUNNER)).length;
    if (runners === shared.length) {
        return "GitLab gets a runner of each stack, all with one name. Correct the address, or give each stack's runners names of their own.";
    }
    const last = "whichever is applied last wins";
    const text = runners === 0 ? last : `of the runners GitLab gets one of each stack, of the rest ${last}`;
    return `${text}. Correct the address, or leave these to one of them.`;
}

/** Scaling groups that both stacks use, whatever their GitLab: in the cloud they are the same group. */
function findSharedGroups(name: string, config: Config, other: StackFile): Problem[] {
    const theirs = new Map(groupsIn(other).map(({ runner, group }) => [group.key, runner]));
    return groupsIn(config).flatMap(({ runner, group }) => {
        const same = theirs.get(group.key);
        if (same === undefined) return [];
        const path = groupPath(memberOf("gitlab-fleet:runners", runner, "config"));
        return [warning(path, sharedGroup(group, `that of runner ${show(same)} of stack ${show(name)}`))];
    });
}

function groupsIn(config: Config): { runner: string; group: ScalingGroup }[] {
    return entries(config, "runners").flatMap(([runner, { config: table }]) => {
        const group = scalingGroupOf(table);
        return group === undefined ? [] : [{ runner, group }];
    });
}

function addressOf(config: Config): string | undefined {
    const text = config[BASE_URL];
    return typeof text === "string" ? toApiUrl(text) : undefined;
}

/** What a stack claims exclusively, in words. */
function claimsOf(config: Config): string[] {
    const registries = entries(config, "registries").filter(([, { mode }]) => mode !== "additive");
    const exclusive = entries(config, "exclusive").filter(
        ([, { foreign }]) => foreign === "delete" || foreign === "pause",
    );
    return [
        ...entries(config, "runners").map(([name, { scope }]) => `${RUNNER}${show(name)} of ${wordFor(scope)}`),
        ...registries.map(([producer]) => `the list of ${wordOf(producer)}`),
        ...exclusive.map(([, { scope }]) => `the runners of ${wordFor(scope)}`),
    ];
}

function wordFor(scope: unknown): string {
    if (!isMap(scope)) return "the instance";
    return Object.entries(scope)
        .map(([kind, reference]) => `${kind === "projectsBelow" ? "the projects below" : kind} ${wordOf(reference)}`)
        .join(" ");
}

function wordOf(reference: unknown): string {
    return isReference(reference) ? keyOf(reference) : "?";
}

function entries(config: Config, section: string): [string, Record<string, unknown>][] {
    const map = config[`gitlab-fleet:${section}`];
    if (!isMap(map)) return [];
    return Object.entries(map).filter((entry): entry is [string, Record<string, unknown>] => isMap(entry[1]));
}
