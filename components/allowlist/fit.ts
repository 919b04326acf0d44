import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../common/fleet-provider";
import { warn } from "../common/say";
import { rejectWith } from "../common/user-error";
import { ALLOWLIST_LIMITS, compactAllowlist } from "./compact";
import { explainChanges, explainExcess } from "./explain";

/** Ids of an allowlist's entries, each list in ascending order. */
export interface EntryIds {
    projects: number[];
    groups: number[];
}

/** What an allowlist shall hold. */
export interface Wanted extends EntryIds {
    /** Id of the project that owns the list. */
    project: number;
    /** Whether a list that is too long is folded. */
    compact: boolean;
}

/**
 * The entries, folded into groups where they are more than GitLab keeps. Says what was folded and who gains access;
 * fails with what folding would do where nobody asked for it.
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
