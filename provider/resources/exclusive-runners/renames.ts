import { isUnknown, mapIn, type Value } from "../../../core/props";

/** Most names in one message. */
const MOST = 10;

/**
 * What a preview asks where runners of a scope go while others are made there: a runner under another name is another
 * runner, unless the program says that it is the same. `before` and `after` are ids by name.
 */
export function askAboutRenames(before: Value | undefined, after: Value | undefined): string | undefined {
    const [old, next] = [mapIn(before), mapIn(after)];
    const kept = new Set(Object.values(next).filter((id) => !isUnknown(id)));
    // A runner that is there under another name was renamed properly, or adopted.
    const gone = Object.keys(old).filter((name) => !(name in next) && !kept.has(old[name]));
    const made = Object.keys(next).filter((name) => !(name in old) && isUnknown(next[name]));
    if (gone.length === 0 || made.length === 0) return undefined;
    const [one, other] = [listed(gone), listed(made)];
    if (gone.length === 1 && made.length === 1) {
        return (
            `Runner ${one} goes, with its id, token and history in GitLab, and ${other} is made. If it is the same runner ` +
            `under another name, keep it: renamedFrom: ${gone[0]} at runner ${other}.`
        );
    }
    return (
        `Runners ${one} go, with their ids, tokens and history in GitLab, and ${other} ${made.length === 1 ? "is" : "are"} made. ` +
        "Where one is the same runner under another name, keep it: renamedFrom: <the old name> at the new one."
    );
}

function listed(names: readonly string[]): string {
    const more = names.length > MOST ? [`${names.length - MOST} more`] : [];
    return [...names.slice(0, MOST), ...more].join(", ");
}
