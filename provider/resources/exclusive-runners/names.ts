import { parseMarker } from "../../../core/marker";
import { oneLine } from "../../../core/one-line";
import { isUnknown, mapIn, type Props, type Value } from "../../../core/props";
import type { Verdict } from "../../../gitlab/orphans/verdicts";
import type { Call } from "../../handler";

const TOKEN = "gitlab-fleet:index:RunnerToken";

/** Names, in the state, of runners that were once listed and no longer are. */
export const FORMER_NAMES = "__formerNames";

export function formerNames({ runners }: Props, state: Props): string[] {
    const now = new Set(namesIn(runners));
    const former = [...namesIn(state.runners), ...((state[FORMER_NAMES] ?? []) as string[])];
    return [...new Set(former)].filter((name) => !now.has(name)).sort();
}

/**
 * Leaves alone what this stack may declare elsewhere in its program. A marker with this state's identity and a name
 * that was never listed belongs either to a runner outside of the list, which the engine may register before or after
 * this, or to a leftover of a killed `up`. The two cannot be distinguished, so the runner is only reported.
 */
export function spareDeclaredElsewhere(
    { declared }: Call,
    verdicts: readonly Verdict[],
    inputs: Props,
    state: Props,
): Verdict[] {
    const elsewhere = new Set(declared(TOKEN));
    const listed = new Set([...namesIn(inputs.runners), ...formerNames(inputs, state)]);
    return verdicts.flatMap((verdict) => {
        const { runner } = verdict;
        if (elsewhere.has(String(runner.id))) return [];
        const marker = parseMarker(runner.maintenanceNote);
        const isOurs = marker?.owner === inputs.owner && marker?.identity === inputs.identity;
        if (!isOurs || listed.has(marker!.runner)) return [verdict];
        const spared =
            `its marker names ${oneLine(marker!.runner, 200)} of this very stack, which is not among the runners listed here. ` +
            "If the program declares it elsewhere, list it here too; if this up takes it out, it goes by itself; else delete it in GitLab";
        return [{ runner, kind: verdict.kind === "orphan" ? "orphan" : "foreign", action: "report", spared }];
    });
}

function namesIn(runners: Value | undefined): string[] {
    return Object.keys(mapIn(runners));
}

const MOST_NAMED = 10;

/**
 * The question of a preview that removes runners of a scope and creates others: a runner with another name is another
 * runner, unless the program says that it is the same. `before` and `after` are ids by name.
 */
export function askAboutRenames(before: Value | undefined, after: Value | undefined): string | undefined {
    const [old, next] = [mapIn(before), mapIn(after)];
    const kept = new Set(Object.values(next));
    // An id that is still there under another name was renamed properly, or adopted.
    const gone = Object.keys(old).filter((name) => !(name in next) && !kept.has(old[name]));
    const made = Object.keys(next).filter((name) => !(name in old) && isUnknown(next[name]));
    if (gone.length === 0 || made.length === 0) return undefined;
    const [one, other] = [listed(gone), listed(made)];
    if (gone.length === 1 && made.length === 1) {
        return (
            `Runner ${one} goes, with its id, token and history in GitLab, and ${other} is created. If it is the same runner ` +
            `under another name, keep it: renamedFrom: ${gone[0]} at runner ${other}.`
        );
    }
    return (
        `Runners ${one} go, with their ids, tokens and history in GitLab, and ${other} ${made.length === 1 ? "is" : "are"} made. ` +
        "Where one is the same runner under another name, keep it: renamedFrom: <the old name> at the new one."
    );
}

function listed(names: readonly string[]): string {
    const more = names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more`] : [];
    return [...names.slice(0, MOST_NAMED), ...more].join(", ");
}
