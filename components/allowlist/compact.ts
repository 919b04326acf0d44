import { MOST_ENTRIES } from "../../core/limits";
import { coveredBy, parentOf, pathKey, prefixesOf, sortedPaths } from "../../core/paths";

/** Most entries that GitLab keeps on one project's allowlist: projects and groups are counted apart. */
export const ALLOWLIST_LIMITS: AllowlistLimits = { projects: MOST_ENTRIES, groups: MOST_ENTRIES };

/** How many entries of each kind may stand on one allowlist. */
export interface AllowlistLimits {
    projects: number;
    groups: number;
}

/** Entries of an allowlist by full path. */
export interface AllowlistEntries {
    projects: readonly string[];
    groups: readonly string[];
}

/** What has to be known about a GitLab instance to fold entries. */
export interface Surroundings {
    /** Full path of the project that owns the list; it always has access and never gains any. */
    producer: string;
    /** Full paths of all projects in the groups that entries may be folded into. */
    projects: readonly string[];
    /** Top-level namespaces that belong to a person: no group, so nothing can be folded into them. */
    personal?: readonly string[];
}

/** Several entries replaced by one of a group that holds them all. */
export interface Fold {
    group: string;
    /** The entries that it stands for. */
    replaces: { projects: string[]; groups: string[] };
    /** Projects that get access although nobody listed them. */
    gains: string[];
}

/** An allowlist that fits. All lists are sorted. */
export interface CompactAllowlist {
    projects: string[];
    groups: string[];
    folds: Fold[];
    /** Entries left out because a listed group covers them already. Nobody's access changes. */
    redundant: string[];
}

/**
 * Folds entries into groups until the list fits, in the way that gives access to the fewest further projects and, among
 * those, with the fewest folds. A list that fits comes back as it is. `undefined` when no way of folding fits: too many
 * projects in personal namespaces, or too many top-level groups.
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
    // Without the limit on groups one number describes a state. Where the result respects it anyway, nothing is cheaper.
    const relaxed = cheapest(waysOf(root, { ...limits, groups: Number.POSITIVE_INFINITY }));
    const best = relaxed === undefined || relaxed.groups <= limits.groups ? relaxed : cheapest(waysOf(root, limits));
    return best === undefined ? undefined : { ...carryOut(foldedIn(best), kept, surroundings), redundant };
}

/** One group above entries, or the instance itself at the root. */
interface Node {
    path: string;
    children: Map<string, Node>;
    /** Project entries directly in this group. */
    entries: number;
    /** Whether the group itself is an entry. */
    listed: boolean;
    /** Projects at or below this group, and below no child, that are not on the list. */
    strangers: number;
    foldable: boolean;
}

/** One way to treat everything below a node. */
interface Way {
    projects: number;
    groups: number;
    gains: number;
    folds: number;
    /** The groups folded into: here, and in the parts this way is made of. */
    here?: string;
    parts?: readonly [Way, Way];
}

/** The tree of groups above the entries, with the number of strangers each would let in. */
function plant(entries: AllowlistEntries, { producer, projects, personal = [] }: Surroundings): Node {
    const root = grow("", false);
    const people = new Set(personal.map(pathKey));
    const nodeOf = (path: string) => {
        let node = root;
        for (const prefix of prefixesOf(path)) {
            let child = node.children.get(pathKey(prefix));
            if (child === undefined) {
                child = grow(prefix, !people.has(pathKey(prefix)));
                node.children.set(pathKey(prefix), child);
            }
            node = child;
        }
        return node;
    };
    for (const path of entries.projects) nodeOf(parentOf(path)).entries++;
    for (const path of entries.groups) nodeOf(path).listed = true;

    const known = new Set([producer, ...entries.projects].map(pathKey));
    for (const path of new Set(projects.map(pathKey))) {
        if (known.has(path)) continue;
        let node = root;
        for (const prefix of prefixesOf(parentOf(path))) {
            const child = node.children.get(prefix);
            if (child === undefined) break;
            node = child;
            if (node.listed) break;
        }
        if (!node.listed) node.strangers++;
    }
    return root;
}

function grow(path: string, foldable: boolean): Node {
    return { path, children: new Map(), entries: 0, listed: false, strangers: 0, foldable };
}

/** All ways to treat a subtree that may be part of the best one, those with fewer project entries first. */
function waysOf(node: Node, limits: AllowlistLimits): Way[] {
    const asGroup = { projects: 0, groups: 1, gains: 0, folds: 0 };
    if (node.listed) return limits.groups > 0 ? [asGroup] : [];
    let ways: Way[] = node.entries > limits.projects ? [] : [{ ...asGroup, projects: node.entries, groups: 0 }];
    for (const child of node.children.values()) ways = combine(ways, waysOf(child, limits), limits);
    if (node.foldable && limits.groups > 0) {
        ways = prune([...ways, { ...asGroup, gains: strangersBelow(node), folds: 1, here: node.path }]);
    }
    return ways;
}

/** Every pair of ways whose sum fits; of those with equally many entries the cheapest. */
function combine(left: readonly Way[], right: readonly Way[], limits: AllowlistLimits): Way[] {
    // Millions of pairs are looked at, so they live in arrays of numbers and only the best become objects.
    const columns = Number.isFinite(limits.groups) ? limits.groups + 1 : 1;
    const costs = new Float64Array((limits.projects + 1) * columns).fill(Number.POSITIVE_INFINITY);
    const pairs = new Int32Array(costs.length);
    left.forEach((a, i) => {
        const costOfA = costOf(a);
        for (let j = 0; j < right.length; j++) {
            const b = right[j]!;
            const projects = a.projects + b.projects;
            if (projects > limits.projects) break;
            const groups = a.groups + b.groups;
            if (groups > limits.groups) continue;
            const cell = projects * columns + (columns === 1 ? 0 : groups);
            const cost = costOfA + costOf(b);
            if (cost < costs[cell]!) {
                costs[cell] = cost;
                pairs[cell] = i * right.length + j;
            }
        }
    });
    const sums: Way[] = [];
    costs.forEach((cost, cell) => {
        if (cost === Number.POSITIVE_INFINITY) return;
        const a = left[Math.floor(pairs[cell]! / right.length)]!;
        const b = right[pairs[cell]! % right.length]!;
        sums.push({
            projects: a.projects + b.projects,
            groups: a.groups + b.groups,
            gains: a.gains + b.gains,
            folds: a.folds + b.folds,
            parts: [a, b],
        });
    });
    return prune(sums);
}

/** Leaves out every way that another one beats or equals in all of entries and cost. Keeps the order of `projects`. */
function prune(ways: readonly Way[]): Way[] {
    const lowest: number[] = [];
    return [...ways]
        .sort((a, b) => a.projects - b.projects || compare(a, b) || a.groups - b.groups)
        .filter((way) => {
            const cost = costOf(way);
            for (let groups = 0; groups <= way.groups; groups++) if (lowest[groups]! <= cost) return false;
            lowest[way.groups] = cost;
            return true;
        });
}

// Gains weigh more than any number of folds can.
function costOf(way: Way): number {
    return way.gains * 1_048_576 + way.folds;
}

function compare(a: Way, b: Way): number {
    return costOf(a) - costOf(b);
}

function cheapest(ways: readonly Way[]): Way | undefined {
    return ways.reduce<Way | undefined>((best, way) => (best && compare(best, way) <= 0 ? best : way), undefined);
}

function strangersBelow(node: Node): number {
    return [...node.children.values()].reduce(
        (sum, child) => sum + strangersBelow(child),
        node.listed ? 0 : node.strangers,
    );
}

function foldedIn(way: Way): string[] {
    return [...(way.here === undefined ? [] : [way.here]), ...(way.parts ?? []).flatMap(foldedIn)];
}

function carryOut(
    folded: readonly string[],
    entries: AllowlistEntries,
    surroundings: Surroundings,
): Omit<CompactAllowlist, "redundant"> {
    const known = new Set([surroundings.producer, ...entries.projects].map(pathKey));
    const hadAccess = coveredBy(entries.groups);
    const folds = sortedPaths(folded).map((group) => {
        const inside = (path: string) => pathKey(path).startsWith(`${pathKey(group)}/`);
        const strangers = surroundings.projects.filter(
            (path) => inside(path) && !known.has(pathKey(path)) && !hadAccess(path),
        );
        return {
            group,
            replaces: { projects: entries.projects.filter(inside), groups: entries.groups.filter(inside) },
            gains: sortedPaths(strangers),
        };
    });
    const gone = coveredBy(folded);
    return {
        projects: entries.projects.filter((path) => !gone(path)),
        groups: sortedPaths([...entries.groups.filter((path) => !gone(path)), ...folded]),
        folds,
    };
}
