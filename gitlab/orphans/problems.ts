import { durationToMilliseconds } from "../../core/durations";
import { type CheckFailure, isUnknown, type Props, type Value } from "../../core/props";
import { problemsOfId } from "../ids";
import { CLAIMABLE_STATUSES } from "./claims";

const FOREIGN: readonly string[] = ["report", "pause", "delete"];

/** Everything that is wrong with the inputs of an `ExclusiveRunners`. */
export function problemsOfExclusive(inputs: Props): CheckFailure[] {
    const failures: CheckFailure[] = [];
    const fail = (property: string, reason: string) => failures.push({ property, reason });
    const { owner, runnerType, groupId, projectId, foreign, runners, claim, keep } = inputs;
    if (typeof owner === "string" && !/^[^/\s]+\/[^/\s]+$/.test(owner)) {
        fail("owner", `owner must be <project>/<stack> (got "${owner}").`);
    }
    const needs: Record<string, string | undefined> = {
        group_type: "groupId",
        project_type: "projectId",
        instance_type: undefined,
    };
    if (typeof runnerType === "string") {
        // Project runners of one project, or of all projects below a group.
        const needed = runnerType === "project_type" && groupId !== undefined ? "groupId" : needs[runnerType];
        if (!(runnerType in needs)) {
            fail("runnerType", `runnerType must be instance_type, group_type or project_type (got "${runnerType}").`);
        } else if (needed !== undefined && inputs[needed] === undefined) {
            fail(needed, `${needed} is missing. A scope of ${runnerType} needs it.`);
        }
        for (const [name, value] of Object.entries({ groupId, projectId })) {
            if (value !== undefined && name !== needed) {
                fail(name, `${name} does not go with runnerType ${runnerType}. Leave it out.`);
            }
        }
    }
    if (typeof foreign === "string" && !FOREIGN.includes(foreign)) {
        fail("foreign", `foreign must be report, pause or delete (got "${foreign}").`);
    }
    failures.push(...problemsOfClaim(claim), ...problemsOfGuards(inputs));
    for (const [name, id] of Object.entries(typeof runners === "object" && runners !== null ? runners : {})) {
        failures.push(...problemsOfId(`runners.${name}`, id));
    }
    return [...failures, ...problemsOfKeep(keep)];
}

function problemsOfClaim(claim: Value | undefined): CheckFailure[] {
    if (typeof claim !== "object" || claim === null || Array.isArray(claim)) return [];
    const failures: CheckFailure[] = [];
    const { statuses, offlineFor, match } = claim;
    for (const [index, status] of (Array.isArray(statuses) ? statuses : []).entries()) {
        if (isUnknown(status) || CLAIMABLE_STATUSES.includes(String(status))) continue;
        const reason = `must be one of ${CLAIMABLE_STATUSES.join(", ")} (got "${String(status)}").`;
        failures.push({ property: `claim.statuses[${index}]`, reason: `claim.statuses[${index}] ${reason}` });
    }
    if (typeof offlineFor === "string" && !(durationToMilliseconds(offlineFor)! > 0)) {
        const reason = `claim.offlineFor must be a duration such as 30d or 12h (got "${offlineFor}").`;
        failures.push({ property: "claim.offlineFor", reason });
    }
    if (typeof match === "string" && match !== "any" && match !== "all") {
        failures.push({ property: "claim.match", reason: `claim.match must be any or all (got "${match}").` });
    }
    return failures;
}

/** What is void here would be deleted by the next `up`. */
function problemsOfKeep(keep: Value | undefined): CheckFailure[] {
    if (typeof keep !== "object" || keep === null || Array.isArray(keep) || !Array.isArray(keep.ids)) return [];
    return keep.ids.flatMap((id, index) => problemsOfId(`keep.ids[${index}]`, id));
}

function problemsOfGuards({ limit, quietPeriod }: Props): CheckFailure[] {
    const failures: CheckFailure[] = [];
    if (typeof limit === "number" && (limit < 0 || !Number.isInteger(limit))) {
        failures.push({ property: "limit", reason: `limit must be a whole number, 0 or more (got ${limit}).` });
    }
    if (typeof quietPeriod === "string" && durationToMilliseconds(quietPeriod) === undefined) {
        const reason = `quietPeriod must be a duration such as 1h or 30m, or 0s (got "${quietPeriod}").`;
        failures.push({ property: "quietPeriod", reason });
    }
    return failures;
}
