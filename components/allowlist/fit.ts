import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { firstOf } from "../../core/values";
import { fleetChild } from "../common/fleet-provider";
import { rejectWith, warn } from "../common/say";
import { ALLOWLIST_LIMITS, type AllowlistEntries, type CompactAllowlist, compactAllowlist, type Fold } from "./compact";

/** Ids of an allowlist's entries, each list in ascending order. */
export interface EntryIds {
    projects: number[];
    groups: number[];
}

/** What an allowlist should contain. */
export interface Wanted extends EntryIds {
    /** Id of the project that owns the list. */
    project: number;
    /** Whether a list that is too long may be folded. */
    compact: boolean;
}

/**
 * Returns the entries, folded into groups if there are more than GitLab keeps, and prints what was folded and who gains
 * access. Without `compact` it fails instead, and the error shows what folding would do.
 */
export async function fitAllowlist(
    component: pulumi.ComponentResource,
    label: string,
    wanted: Wanted,
): Promise<EntryIds> {
    const { project, projects, groups, compact } = wanted;
    if (projects.length <= ALLOWLIST_LIMITS.projects && groups.length <= ALLOWLIST_LIMITS.groups) {
        return { projects: ascending(projects), groups: ascending(groups) };
    }
    const { provider } = fleetChild(component);
    const found = await fleet.describeConsumers(
        { projects: [project, ...projects], groups, neighbours: true },
        { provider },
    );
    const entries = {
        projects: projects.map((id) => found.projects[id]!),
        groups: groups.map((id) => found.groups[id]!),
    };
    const result = compactAllowlist(entries, {
        producer: found.projects[project]!,
        projects: found.neighbours,
        personal: found.personal,
    });
    if (!compact || result === undefined) {
        return rejectWith(new pulumi.ResourceError(`${label}: ${explainExcess(entries, result)}`, component, true));
    }
    const changes = explainChanges(result);
    warn(`${label}: folded to fit ${ALLOWLIST_LIMITS.projects} entries.\n${changes.join("\n")}`, component);
    const unnamed = result.groups.filter((path) => !Object.values(found.groups).includes(path));
    const resolved = await fleet.resolvePaths({ projects: [], groups: unnamed }, { provider });
    const absent = unnamed.filter((path) => resolved.groups[path] === undefined);
    if (absent.length > 0) {
        const text = `${label}: GitLab has no group ${absent.join(", ")} any more, or the token may not see it.`;
        return rejectWith(new pulumi.ResourceError(text, component, true));
    }
    const idByPath = new Map([
        ...Object.entries(found.projects).map(([id, path]) => [path, Number(id)] as const),
        ...Object.entries(found.groups).map(([id, path]) => [`group ${path}`, Number(id)] as const),
        ...Object.entries(resolved.groups).map(([path, id]) => [`group ${path}`, id] as const),
    ]);
    const inOrder = (keys: string[]) => ascending(keys.map((key) => idByPath.get(key)!));
    return { projects: inOrder(result.projects), groups: inOrder(result.groups.map((path) => `group ${path}`)) };
}

function ascending(ids: readonly number[]): number[] {
    return [...ids].sort((a, b) => a - b);
}

const MOST_NAMES = 20;

/** Describes in a sentence or two what a fold does and who gains access. */
function explainFold({ group, replaces, gains }: Fold): string {
    const what = [
        counted(replaces.projects.length, "project"),
        ...(replaces.groups.length > 0 ? [counted(replaces.groups.length, "group")] : []),
    ].join(" and ");
    const verb = replaces.projects.length + replaces.groups.length === 1 ? "becomes" : "become";
    const folded = `${what} of ${group} ${verb} one entry, the group ${group}.`;
    if (gains.length === 0) return `${folded} No other project is in it now; later ones will have access.`;
    return `${folded} ${counted(gains.length, "project")} ${gains.length === 1 ? "gains" : "gain"} access: ${firstOf(gains, MOST_NAMES)}.`;
}

/** Explains why a list does not fit, and what `compact: true` would do; `folded` is undefined if it cannot help. */
function explainExcess(entries: AllowlistEntries, folded: CompactAllowlist | undefined): string {
    const size = `${counted(entries.projects.length, "project")} and ${counted(entries.groups.length, "group")}`;
    const { projects, groups } = ALLOWLIST_LIMITS;
    const excess = `allow has ${size}, but GitLab keeps at most ${projects} projects and ${groups} groups on one list`;
    if (folded === undefined) {
        return `${excess}, and no folding into groups makes it fit: too many projects are in people's namespaces, or there are too many top-level groups. Move projects into groups, or allow fewer.`;
    }
    return [
        `${excess}. Set compact: true, which would do this:`,
        ...explainChanges(folded).map((line) => `  ${line}`),
    ].join("\n");
}

/** Describes everything that compacting changed in a list, one line each. */
function explainChanges({ folds, redundant }: CompactAllowlist): string[] {
    const left =
        redundant.length === 0
            ? []
            : [
                  `${counted(redundant.length, "entry", "entries")} left out, since a listed group has them: ${firstOf(redundant, MOST_NAMES)}.`,
              ];
    return [...left, ...folds.map(explainFold)];
}

function counted(count: number, one: string, many = `${one}s`): string {
    return `${count} ${count === 1 ? one : many}`;
}
