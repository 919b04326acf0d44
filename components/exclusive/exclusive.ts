import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../core/marker";
import { fleetChild } from "../common/fleet-provider";
import { resolveReference } from "../common/path-resolver";
import { type RunnerScope, runnerTypeOf } from "../common/scope";
import { stackIdentity } from "../common/stack-identity";
import { listDeclaredRunners } from "../runner/declared-runners";
import type { ExclusiveArgs, ExclusiveScope } from "./args";

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
