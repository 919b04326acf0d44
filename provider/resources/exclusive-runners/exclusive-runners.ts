import type { Foreign } from "../../../core/choices";
import { messageOf } from "../../../core/message";
import { hasUnknown, isUnknown, mapIn, type Props, type Value } from "../../../core/props";
import { firstOf } from "../../../core/values";
import { isRefusal } from "../../../gitlab/errors";
import type { Claim, Exceptions } from "../../../gitlab/orphans/claims";
import { carryOut, excessOf, spareBusy } from "../../../gitlab/orphans/guards";
import { problemsOfExclusive } from "../../../gitlab/orphans/problems";
import { describe, judgeInTime, needsAction, type Verdict } from "../../../gitlab/orphans/verdicts";
import { runnersOf } from "../../../gitlab/runner-list";
import { forgetRunners } from "../../../gitlab/runner-reads";
import { scopeOf } from "../../../gitlab/runners";
import { type Comparison, compare } from "../../compare";
import { type Call, settled } from "../../handler";
import { askAboutRenames, FORMER_NAMES, formerNames, spareDeclaredElsewhere } from "./names";

const COMPARISONS: Record<string, Comparison> = {
    owner: { replace: true },
    identity: {},
    runnerType: { replace: true },
    groupId: { replace: true },
    projectId: { replace: true },
    runners: {},
    claim: { absent: {} },
    foreign: { absent: "report" },
    keep: { absent: {} },
    limit: {},
    quietPeriod: {},
};
/** Further runners count in GitLab and in the messages, but are not in the state. */
const MOST_FOUND = 200;
const MOST_TOLD = 50;

/**
 * Makes the declared runners the only ones of their kind in a scope. Checks GitLab in every diff, and so in every
 * preview. Deleting this resource deletes no runners: the declared runners delete themselves, and the others never were
 * ours.
 */
export const exclusiveRunners = settled({
    notImported: "nothing of it is in GitLab. Declare it and run `pulumi up`.",

    check: problemsOfExclusive,

    async diff(call, existing, inputs) {
        const diff = compare(COMPARISONS, existing, inputs);
        const verdicts = await look(call, inputs, existing.state);
        announce(call, verdicts);
        const renamed = askAboutRenames(existing.state.runners, inputs.runners);
        if (renamed !== undefined) call.log.warn(renamed);
        // What is found is not an input; the change is that it will be gone.
        if (verdicts.some(needsAction)) diff.changes.found = "update";
        return diff;
    },

    idOf: (_call, { runnerType, groupId, projectId }) =>
        [runnerType, groupId ?? projectId]
            .filter((part) => part !== undefined)
            .map(String)
            .join("/"),

    settle: enforce,
});

/** Verdicts on the runners that GitLab lists now; none while the scope itself is only planned. */
async function look(call: Call, inputs: Props, state: Props): Promise<Verdict[]> {
    const { gitlab, log, name } = call;
    const { owner, identity, runnerType, groupId, projectId, runners, claim, foreign, keep } = inputs;
    if ([owner, runnerType, groupId ?? projectId, claim, foreign, keep].some(hasUnknown)) return [];
    const scope = { ...scopeOf(inputs)!, below: runnerType === "project_type" && groupId !== undefined };
    const listed = await (await runnersOf(gitlab, scope)).all().catch((error) => {
        // If the user wrote no exclusive scope, it exists because of a runner declared in it.
        const names = Object.keys(mapIn(runners));
        if (!isRefusal(error) || names.length === 0) throw error;
        const which = `${names.length === 1 ? "Runner" : "Runners"} ${firstOf(names, 3)}`;
        throw new Error(`${which} cannot be told from orphans of its scope. ${messageOf(error)}`);
    });
    const declaration = {
        owner: String(owner),
        // A state without an identity has not created any runner yet.
        identity: typeof identity === "string" ? identity : undefined,
        // A runner without an id is only planned, so anything with its name in GitLab is an orphan.
        ids: idsOf(runners),
        claim: (claim ?? {}) as Claim,
        foreign: (foreign ?? "report") as Foreign,
        keep: (keep ?? {}) as Exceptions,
    };
    const verdicts = judgeInTime(`ExclusiveRunners "${name}"`, gitlab.clock(), listed, declaration, log.warn);
    // The engine itself deletes the runners that only the last up declared, right after this.
    const leaving = idsOf(state.runners);
    const left = verdicts.filter(({ runner }) => !leaving.has(runner.id));
    return spareBusy(gitlab, spareDeclaredElsewhere(call, left, inputs, state), inputs);
}

function idsOf(runners: Value | undefined): Set<number> {
    const ids = Object.values(mapIn(runners));
    return new Set(ids.filter((item) => !isUnknown(item)).map(Number));
}

/** Reports what was found before anything is done about it. */
function announce({ log }: Call, verdicts: readonly Verdict[]): void {
    for (const action of ["delete", "pause"] as const) tell(log.warn, `Will ${action}`, toDo(verdicts, action));
    const idle = verdicts.filter((verdict) => !needsAction(verdict));
    const spared = idle.filter((verdict) => verdict.spared !== undefined);
    const namesakes = spared.filter(({ kind }) => kind === "namesake");
    const [others, rest] = [without(spared, namesakes), without(idle, spared)];
    tell(log.warn, "Left alone:", others);
    tell(log.warn, "Left alone:", namesakes, WAYS_ON);
    tell(log.info, "Not declared here, and left as they are:", rest);
}

function toDo(verdicts: readonly Verdict[], action: Verdict["action"]): Verdict[] {
    return verdicts.filter((verdict) => needsAction(verdict) && verdict.action === action);
}

function without(verdicts: readonly Verdict[], others: readonly Verdict[]): Verdict[] {
    return verdicts.filter((verdict) => !others.includes(verdict));
}

/** What to do about runners whose marker names this stack although its state has never known them. */
const WAYS_ON =
    "Are they another clone's? Give one of the two stacks another name. Was the marker copied into somebody's note? Then " +
    "nothing needs to be done. Was this stack's state lost, or an older one restored? Say so once, before an up makes others: " +
    "pulumi config set gitlab-fleet:stateLost true, and the runners of the same name are adopted. One alone: adopt: { id: <id> }. " +
    "Not needed by anybody, as where an up has made others since: delete them in GitLab, or name them in a claim.";

/** One message for all, because a scope may have hundreds. */
function tell(say: (text: string) => void, what: string, verdicts: readonly Verdict[], more?: string): void {
    if (verdicts.length === 0) return;
    const count = `${verdicts.length} ${verdicts.length === 1 ? "runner" : "runners"}`;
    const lines = verdicts.slice(0, MOST_TOLD).map((verdict) => `  ${describe(verdict)}`);
    const rest = verdicts.length > MOST_TOLD ? [`  and ${verdicts.length - MOST_TOLD} more`] : [];
    say([`${what} ${count}`, ...lines, ...rest, ...(more === undefined ? [] : [more])].join("\n"));
}

async function enforce(call: Call, inputs: Props, preview: boolean, state: Props = {}): Promise<Props> {
    const { gitlab, log } = call;
    // The program's own runners were created after the diff.
    if (!preview) forgetRunners(gitlab);
    const verdicts = await look(call, inputs, state);
    if (preview) announce(call, verdicts);
    const excess = excessOf(verdicts, inputs);
    if (excess !== undefined) {
        throw new Error(
            `ExclusiveRunners "${call.name}": would delete ${excess.count} runners, more than limit allows (${excess.most}). ` +
                `Nothing was deleted. Look through the list, then set limit: ${excess.count}, or narrow claim down.`,
        );
    }
    if (preview) return toState(inputs, verdicts, state);
    const done = verdicts.filter(needsAction);
    const outcomes = await Promise.allSettled(done.map((verdict) => carryOut(gitlab, verdict)));
    forgetRunners(gitlab);
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [messageOf(outcome.reason)] : []));
    const those = (wasThere: boolean) =>
        done.filter((_, i) => {
            const outcome = outcomes[i]!;
            return outcome.status === "fulfilled" && outcome.value === wasThere;
        });
    tell(log.info, "Deleted", toDo(those(true), "delete"));
    tell(log.info, "Paused", toDo(those(true), "pause"));
    tell(log.info, "Gone already:", those(false));
    if (failures.length > 0) {
        throw new Error(
            `ExclusiveRunners "${call.name}": ${failures.length} of ${done.length} runners could not be changed. ${failures.join(" ")}`,
        );
    }
    announce(call, without(verdicts, done));
    return toState(inputs, verdicts, state);
}

function toState(inputs: Props, verdicts: readonly Verdict[], state: Props): Props {
    const left = verdicts.filter((verdict) => verdict.action !== "delete");
    const former = formerNames(inputs, state);
    return {
        ...inputs,
        found: left.slice(0, MOST_FOUND).map(toFound),
        foundCount: left.length,
        ...(former.length > 0 ? { [FORMER_NAMES]: former } : {}),
    };
}

function toFound({ runner, kind, action }: Verdict): Props {
    const { id, description, status, contactedAt } = runner;
    return { id: String(id), description, status, contactedAt, kind, action };
}
