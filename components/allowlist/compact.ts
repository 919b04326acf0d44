import { MOST_ENTRIES } from "../../core/limits";
import { coveredBy, parentOf, pathKey, prefixesOf, sortedPaths } from "../../core/paths";

/** Most entries that GitLab keeps on one project's allowlist; projects and groups are counted separately. */
export const ALLOWLIST_LIMITS: AllowlistLimits = { projects: MOST_ENTRIES, groups: MOST_ENTRIES };

/** How many entries of each kind one allowlist may have. */
export interface AllowlistLimits {
    projects: number;
    groups: number;
}

/** Entries of an allowlist by full path. */
export interface AllowlistEntries {
    projects: readonly string[];
    groups: readonly string[];
}

/** What `compactAllowlist` needs to know about a GitLab instance. */
export interface Surroundings {
    /** Full path of the project that owns the list; it always has access and never gains any. */
    producer: string;
    /** Full paths of all projects in the groups that entries may be folded into. */
    projects: readonly string[];
    /** Top-level namespaces of users: they are not groups, so nothing can be folded into them. */
    personal?: readonly string[];
}

/** Several entries replaced by one group that contains them all. */
export interface Fold {
    group: string;
    /** The entries that it replaces. */
    replaces: { projects: string[]; groups: string[] };
    /** Projects that gain access although they were not listed. */
    gains: string[];
}

/** An allowlist that fits. All lists are sorted. */
export interface CompactAllowlist {
    projects: string[];
    groups: string[];
    folds: Fold[];
    /** Entries left out because a listed group already covers them. This changes nobody's access. */
    redundant: string[];
}

/**
 * Folds entries into groups until the list fits. Chooses the way that gives access to the fewest additional projects,
 * and among those the one with the fewest folds. A list that already fits is returned as it is. Returns `undefined` if
 * no folding fits: too many projects in personal namespaces, or too many top-level groups.
 */
export function compactAllowlist(
    entries: AllowlistEntries,
    surroundings: Surroundings,
    limits: AllowlistLimits = ALLOWLIST_LIMITS,
): CompactAllowlist | undefined {
    const groups = sortedPaths(entries.groups);
    const projects = sortedPaths(entries.projects);
    if (projects.length <= limits.projects && groups.length <= limits.groups) {
        return { projects, groups, folds: [], redundant: [] };
    }
    const covered = coveredBy(groups);
    const kept = {
        projects: projects.filter((path) => !covered(path)),
        groups: groups.filter((path) => !covered(path)),
    };
    const redundant = sortedPaths([...projects, ...groups].filter(covered));
    const root = plant(kept, surroundings);
    // Without the limit on groups, one number describes a state. If that result respects the limit, it is the cheapest.
    const relaxed = cheapest(waysOf(root, { ...limits, groups: Number.POSITIVE_INFINITY }));
    const best = relaxed === undefined || relaxed.groups <= limits.groups ? relaxed : cheapest(waysOf(root, limits));
    if (best === undefined) return undefined;
    const folded = new Map(foldedIn(best).map((node) => [node.path, node]));
    const folds = sortedPaths([...folded.keys()]).map((group): Fold => {
        const { projects, groups, strangers } = folded.get(group)!;
        return { group, replaces: { projects, groups }, gains: strangers };
    });
    const gone = coveredBy([...folded.keys()]);
    return {
        projects: kept.projects.filter((path) => !gone(path)),
        groups: sortedPaths([...kept.groups.filter((path) => !gone(path)), ...folded.keys()]),
        folds,
        redundant,
    };
}

/** A group that contains entries, or, at the root, the instance itself. */
interface Node {
    path: string;
    children: Map<string, Node>;
    /** Whether the group itself is an entry. */
    listed: boolean;
    foldable: boolean;
    /** The entries below it at any depth, and the projects there that were not listed. */
    projects: string[];
    groups: string[];
    strangers: string[];
}

/** One way to treat everything below a node. */
interface Way {
    projects: number;
    groups: number;
    /** One gained project weighs more than any number of folds. */
    cost: number;
    /** The group that is folded here, or the ways of the children that this way combines. */
    here?: Node;
    parts?: readonly Way[];
}

const COST_OF_GAIN = 1_048_576;

/** The tree of groups above the entries. */
function plant(entries: AllowlistEntries, { producer, projects, personal = [] }: Surroundings): Node {
    const people = new Set(personal.map(pathKey));
    const grow = (path: string): Node => ({
        path,
        children: new Map(),
        listed: false,
        foldable: path !== "" && !people.has(pathKey(path)),
        ...{ projects: [], groups: [], strangers: [] },
    });
    const root = grow("");
    /** The groups that contain a path, from the top down. Missing ones are added if it `grows`, or end the list. */
    const above = (path: string, grows = true) => {
        const nodes = [root];
        for (const prefix of prefixesOf(path)) {
            const { children } = nodes.at(-1)!;
            const child = children.get(pathKey(prefix)) ?? (grows ? grow(prefix) : undefined);
            if (child === undefined) break;
            children.set(pathKey(prefix), child);
            nodes.push(child);
        }
        return nodes;
    };
    for (const path of entries.projects) for (const node of above(parentOf(path))) node.projects.push(path);
    for (const path of entries.groups) {
        above(path).at(-1)!.listed = true;
        for (const node of above(parentOf(path))) node.groups.push(path);
    }
    const known = new Set([producer, ...entries.projects].map(pathKey));
    const hadAccess = coveredBy(entries.groups);
    for (const path of sortedPaths(projects)) {
        if (known.has(pathKey(path)) || hadAccess(path)) continue;
        for (const node of above(parentOf(path), false)) node.strangers.push(path);
    }
    return root;
}

/** All ways to treat a subtree that may be part of the best solution, those with fewer project entries first. */
function waysOf(node: Node, limits: AllowlistLimits): Way[] {
    if (node.listed) return limits.groups > 0 ? [{ projects: 0, groups: 1, cost: 0 }] : [];
    const below = [...node.children.values()];
    const own = below.reduce((left, child) => left - child.projects.length, node.projects.length);
    let ways: Way[] = own > limits.projects ? [] : [{ projects: own, groups: 0, cost: 0 }];
    for (const child of below) ways = combine(ways, waysOf(child, limits), limits);
    if (!node.foldable || limits.groups === 0) return ways;
    return prune([...ways, { projects: 0, groups: 1, cost: node.strangers.length * COST_OF_GAIN + 1, here: node }]);
}

/** Every pair of ways whose sum fits; of pairs with equally many entries only the cheapest. */
function combine(left: readonly Way[], right: readonly Way[], limits: AllowlistLimits): Way[] {
    // There can be millions of pairs, so they are kept in arrays of numbers, and only the best become objects.
    const columns = Number.isFinite(limits.groups) ? limits.groups + 1 : 1;
    const costs = new Float64Array((limits.projects + 1) * columns).fill(Number.POSITIVE_INFINITY);
    const pairs = new Int32Array(costs.length);
    for (const [i, a] of left.entries()) {
        for (let j = 0; j < right.length; j++) {
            const b = right[j]!;
            const projects = a.projects + b.projects;
            if (projects > limits.projects) break;
            const groups = a.groups + b.groups;
            if (groups > limits.groups) continue;
            const cell = projects * columns + (groups % columns);
            if (a.cost + b.cost >= costs[cell]!) continue;
            costs[cell] = a.cost + b.cost;
            pairs[cell] = i * right.length + j;
        }
    }
    const sums: Way[] = [];
    costs.forEach((cost, cell) => {
        if (cost === Number.POSITIVE_INFINITY) return;
        const a = left[Math.floor(pairs[cell]! / right.length)]!;
        const b = right[pairs[cell]! % right.length]!;
        sums.push({ projects: a.projects + b.projects, groups: a.groups + b.groups, cost, parts: [a, b] });
    });
    return prune(sums);
}

/** Removes every way that another way beats or equals in projects, groups and cost. Keeps the order of `projects`. */
function prune(ways: readonly Way[]): Way[] {
    const lowest: number[] = [];
    return [...ways]
        .sort((a, b) => a.projects - b.projects || a.cost - b.cost || a.groups - b.groups)
        .filter(({ groups: most, cost }) => {
            for (let groups = 0; groups <= most; groups++) if (lowest[groups]! <= cost) return false;
            lowest[most] = cost;
            return true;
        });
}

function cheapest(ways: readonly Way[]): Way | undefined {
    return [...ways].sort((a, b) => a.cost - b.cost)[0];
}

function foldedIn({ here, parts = [] }: Way): Node[] {
    return [...(here === undefined ? [] : [here]), ...parts.flatMap(foldedIn)];
}
