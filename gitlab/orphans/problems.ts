import { FOREIGN, MATCHES, RUNNER_TYPES, STATUSES } from "../../core/choices";
import { findDurationProblems } from "../../core/durations";
import { error, findChoiceProblems, type Problem } from "../../core/problems";
import { mapIn, type Props, type Value } from "../../core/props";
import { show } from "../../core/values";
import { problemsOfId } from "../ids";

/** The input that names the scope, by runner type; the instance needs none. */
const NEEDS = new Map([
    ["group_type", "groupId"],
    ["project_type", "projectId"],
]);

export function problemsOfExclusive(inputs: Props): Problem[] {
    const { owner, foreign, runners, claim, keep } = inputs;
    const isOwner = typeof owner !== "string" || /^[^/\s]+\/[^/\s]+$/.test(owner);
    const ids = Object.entries(mapIn(runners));
    return [
        ...(isOwner ? [] : [error("owner", `must be <project>/<stack> (got ${show(owner)}). Correct it.`)]),
        ...problemsOfScope(inputs),
        ...findChoiceProblems(foreign, FOREIGN, "foreign"),
        ...problemsOfClaim(claim),
        ...problemsOfGuards(inputs),
        ...ids.flatMap(([name, id]) => problemsOfId(`runners.${name}`, id)),
        ...problemsOfKeep(keep),
    ];
}

function problemsOfScope({ runnerType, groupId, projectId }: Props): Problem[] {
    if (typeof runnerType !== "string") return [];
    const given: Props = { groupId, projectId };
    // Project runners of one project, or of all projects below a group.
    const needed = runnerType === "project_type" && groupId !== undefined ? "groupId" : NEEDS.get(runnerType);
    const isMissing = needed !== undefined && given[needed] === undefined;
    const surplus = Object.keys(given).filter((name) => given[name] !== undefined && name !== needed);
    return [
        ...findChoiceProblems(runnerType, RUNNER_TYPES, "runnerType"),
        ...(isMissing ? [error(needed, `is missing. A scope of ${runnerType} needs it.`)] : []),
        ...surplus.map((name) => error(name, `does not go with runnerType ${runnerType}. Leave it out.`)),
    ];
}

function problemsOfClaim(claim: Value | undefined): Problem[] {
    const { statuses, offlineFor, match } = mapIn(claim);
    return [
        ...(Array.isArray(statuses) ? statuses : []).flatMap((status, index) =>
            findChoiceProblems(status, STATUSES, `claim.statuses[${index}]`),
        ),
        ...findDurationProblems(offlineFor, "claim.offlineFor", "30d or 12h"),
        ...findChoiceProblems(match, MATCHES, "claim.match"),
    ];
}

/** A malformed id would keep nothing, and the next `up` would delete the runner. */
function problemsOfKeep(keep: Value | undefined): Problem[] {
    const { ids } = mapIn(keep);
    return (Array.isArray(ids) ? ids : []).flatMap((id, index) => problemsOfId(`keep.ids[${index}]`, id));
}

function problemsOfGuards({ limit, quietPeriod }: Props): Problem[] {
    const isCount = typeof limit !== "number" || (limit >= 0 && Number.isInteger(limit));
    return [
        ...(isCount ? [] : [error("limit", `must be a whole number, 0 or more (got ${show(limit)}). Correct it.`)]),
        ...findDurationProblems(quietPeriod, "quietPeriod", "1h or 30m, or 0s", { mayBeZero: true }),
    ];
}
