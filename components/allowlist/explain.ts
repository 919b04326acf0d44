import { ALLOWLIST_LIMITS, type AllowlistEntries, type CompactAllowlist, type Fold } from "./compact";

const MOST_NAMES = 20;

/** What a fold does, and who gains access by it, in one sentence or two. */
export function explainFold({ group, replaces, gains }: Fold): string {
    const what = [
        counted(replaces.projects.length, "project"),
        ...(replaces.groups.length > 0 ? [counted(replaces.groups.length, "group")] : []),
    ].join(" and ");
    const verb = replaces.projects.length + replaces.groups.length === 1 ? "becomes" : "become";
    const folded = `${what} of ${group} ${verb} one entry, the group ${group}.`;
    if (gains.length === 0) return `${folded} No other project is in it now; later ones will have access.`;
    return `${folded} ${counted(gains.length, "project")} ${gains.length === 1 ? "gains" : "gain"} access: ${named(gains)}.`;
}

/** Why a list does not fit, and what `compact: true` would make of it: undefined when nothing can be made of it. */
export function explainExcess(entries: AllowlistEntries, folded: CompactAllowlist | undefined): string {
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

/** Everything that compacting did to a list, line by line. */
export function explainChanges({ folds, redundant }: CompactAllowlist): string[] {
    const left =
        redundant.length === 0
            ? []
            : [
                  `${counted(redundant.length, "entry", "entries")} left out, since a listed group has them: ${named(redundant)}.`,
              ];
    return [...left, ...folds.map(explainFold)];
}

function counted(count: number, one: string, many = `${one}s`): string {
    return `${count} ${count === 1 ? one : many}`;
}

function named(paths: readonly string[]): string {
    const shown = paths.slice(0, MOST_NAMES).join(", ");
    return paths.length > MOST_NAMES ? `${shown} and ${paths.length - MOST_NAMES} more` : shown;
}
