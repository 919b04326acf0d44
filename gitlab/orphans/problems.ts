import { FOREIGN, MATCHES, RUNNER_TYPES, STATUSES } from "../../core/choices";
import {
    type CheckFailure,
    failure,
    failuresOfChoice,
    failuresOfDuration,
    mapIn,
    type Props,
    type Value,
} from "../../core/props";
import { problemsOfId } from "../ids";

/** By the type of a scope's runners, what names the scope; nothing names the instance. */
const NEEDS = new Map([
    ["group_type", "groupId"],
    ["project_type", "projectId"],
]);

/** Everything that is wrong with the inputs of an `ExclusiveRunners`. */
export function problemsOfExclusive(inputs: Props): CheckFailure[] {
    const { owner, foreign, runners, claim, keep } = inputs;
    const isOwner = typeof owner !== "string" || /^[^/\s]+\/[^/\s]+$/.test(owner);
    const ids = Object.entries(mapIn(runners));
    return [
        ...(isOwner ? [] : [failure("owner", `must be <project>/<stack> (got "${owner}").`)]),
        ...problemsOfScope(inputs),
        ...failuresOfChoice("foreign", foreign, FOREIGN),
        ...problemsOfClaim(claim),
        ...problemsOfGuards(inputs),
        ...ids.flatMap(([name, id]) => problemsOfId(`runners.${name}`, id)),
        ...problemsOfKeep(keep),
    ];
}

function problemsOfScope({ runnerType, groupId, projectId }: Props): CheckFailure[] {
    if (typeof runnerType !== "string") return [];
    const given: Props = { groupId, projectId };
    // Project runners of one project, or of all projects below a group.
    const needed = runnerType === "project_type" && groupId !== undefined ? "groupId" : NEEDS.get(runnerType);
    const isMissing = needed !== undefined && given[needed] === undefined;
    const surplus = Object.keys(given).filter((name) => given[name] !== undefined && name !== needed);
    return [
        ...failuresOfChoice("runnerType", runnerType, RUNNER_TYPES),
        ...(isMissing ? [failure(needed, `is missing. A scope of ${runnerType} needs it.`)] : []),
        ...surplus.map((name) => failure(name, `does not go with runnerType ${runnerType}. Leave it out.`)),
    ];
}

function problemsOfClaim(claim: Value | undefined): CheckFailure[] {
    const { statuses, offlineFor, match } = mapIn(claim);
    return [
        ...(Array.isArray(statuses) ? statuses : []).flatMap((status, index) =>
            failuresOfChoice(`claim.statuses[${index}]`, status, STATUSES),
        ),
        ...failuresOfDuration("claim.offlineFor", offlineFor, "30d or 12h"),
        ...failuresOfChoice("claim.match", match, MATCHES),
    ];
}

/** What is void here would be deleted by the next `up`. */
function problemsOfKeep(keep: Value | undefined): CheckFailure[] {
    const { ids } = mapIn(keep);
    return (Array.isArray(ids) ? ids : []).flatMap((id, index) => problemsOfId(`keep.ids[${index}]`, id));
}

function problemsOfGuards({ limit, quietPeriod }: Props): CheckFailure[] {
    const isCount = typeof limit !== "number" || (limit >= 0 && Number.isInteger(limit));
    return [
        ...(isCount ? [] : [failure("limit", `must be a whole number, 0 or more (got ${limit}).`)]),
        ...failuresOfDuration("quietPeriod", quietPeriod, "1h or 30m, or 0s", { mayBeZero: true }),
    ];
}
