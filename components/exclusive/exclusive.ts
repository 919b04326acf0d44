import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../core/marker";
import { fleetChild } from "../common/fleet-provider";
import { resolveReference } from "../common/path-resolver";
import type { ReferenceInput } from "../common/reference-input";
import { type RunnerScope, runnerTypeOf } from "../common/scope";
import { stackIdentity } from "../common/stack-identity";
import { listDeclaredRunners } from "../runner/declared-runners";

/** A scope of runners, or the project runners of all projects below a group. */
export type ExclusiveScope = RunnerScope | { projectsBelow: ReferenceInput };

/** Which undeclared runners are judged; without `match: "all"` one part is enough. */
export interface RunnerClaim {
    /** Descriptions, compared as a whole; `*` stands for any text. */
    descriptions?: string[];
    /** Tags; one in common is enough. */
    tags?: string[];
    /** `stale` (not heard from for a week), `never_contacted`, `offline`. */
    statuses?: ("stale" | "never_contacted" | "offline")[];
    /** Not heard from for longer than this, for instance `30d`. */
    offlineFor?: string;
    /** Usernames of those who made them. */
    creators?: string[];
    /** Whether one of the above is enough or all that are given are needed. @default any */
    match?: "any" | "all";
}

/** Runners that are left alone whatever claims them. */
export interface RunnerExceptions {
    /** GitLab's ids. */
    ids?: (number | string)[];
    /** Descriptions, compared as a whole; `*` stands for any text. */
    descriptions?: string[];
    /** Tags; one in common is enough. */
    tags?: string[];
}

/** A scope in which the declared runners shall be the only ones of their kind. */
export interface ExclusiveArgs {
    /** The scope that is looked at: `{ group }`, `{ project }`, `"instance"`, or `{ projectsBelow: <group> }`. */
    scope: ExclusiveScope;
    /** Which undeclared runners are judged. Those with our own marker always are, and are removed. @default - only those */
    claim?: RunnerClaim;
    /** What is left alone whatever claims it. @default - nothing */
    keep?: RunnerExceptions;
    /** How many runners one `up` may delete; more are refused as a whole, with their count. @default 50 */
    limit?: number;
    /** A runner that ran a job within this time is left alone; `0s` spares none. @default 1h */
    quietPeriod?: string;
    /** What happens to claimed runners that are not declared: `report`, `pause` or `delete`. @default report */
    foreign?: "report" | "pause" | "delete";
}

/** The scope that a runner of the program must have to be seen there: below a group it may be any project's. */
export function placeOf(scope: ExclusiveScope): RunnerScope {
    if (scope !== "instance" && "projectsBelow" in scope) return { project: pulumi.output(0) };
    return scope;
}

/** Compares what GitLab lists in a scope with every runner that this program declares there. */
export function declareExclusive(
    component: pulumi.ComponentResource,
    name: string,
    { scope, claim, foreign, keep, limit, quietPeriod }: ExclusiveArgs,
    options: { dependsOn: pulumi.Resource[]; aliases: pulumi.Alias[] },
): fleet.ExclusiveRunners {
    return new fleet.ExclusiveRunners(
        name,
        {
            owner: ownerOf(pulumi.getProject(), pulumi.getStack()),
            identity: stackIdentity(component).identity,
            runnerType: runnerTypeOf(placeOf(scope)),
            ...toIds(component, scope, `ExclusiveRunners "${name}": scope`),
            runners: listDeclaredRunners(placeOf(scope)),
            claim,
            foreign,
            keep: keep && { ...keep, ids: keep.ids?.map(String) },
            limit,
            quietPeriod,
        },
        { ...fleetChild(component), ...options },
    );
}

function toIds(
    component: pulumi.ComponentResource,
    scope: ExclusiveScope,
    where: string,
): Pick<fleet.ExclusiveRunnersArgs, "groupId" | "projectId"> {
    if (scope === "instance") return {};
    if ("projectsBelow" in scope) return { groupId: resolveReference(component, "group", scope.projectsBelow, where) };
    return "group" in scope
        ? { groupId: resolveReference(component, "group", scope.group, where) }
        : { projectId: resolveReference(component, "project", scope.project, where) };
}
