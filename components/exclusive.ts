import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { listDeclaredRunners } from "./shared/declared-runners";
import { fleetChild } from "./shared/fleet-provider";
import { ownerOf } from "./shared/marker";
import { resolveReference } from "./shared/path-resolver";
import { type RunnerScope, runnerTypeOf } from "./shared/scope";

/** A scope in which the declared runners shall be the only ones of their kind. */
export interface ExclusiveArgs {
    /** The scope that is looked at: `{ group }`, `{ project }` or `"instance"`. */
    scope: RunnerScope;
    /**
     * Which undeclared runners are judged: those with one of the descriptions (`*` stands for any text), or with one of
     * the tags. Runners with our own marker always are, and are removed. @default - only those with our marker
     */
    claim?: { descriptions?: string[]; tags?: string[] };
    /** What happens to claimed runners that are not declared: `report`, `pause` or `delete`. @default report */
    foreign?: "report" | "pause" | "delete";
}

/** Compares what GitLab lists in a scope with every runner that this program declares there. */
export function declareExclusive(
    component: pulumi.ComponentResource,
    name: string,
    { scope, claim, foreign }: ExclusiveArgs,
    options: { dependsOn: pulumi.Resource[]; aliases: pulumi.Alias[] },
): fleet.ExclusiveRunners {
    return new fleet.ExclusiveRunners(
        name,
        {
            owner: ownerOf(pulumi.getProject(), pulumi.getStack()),
            runnerType: runnerTypeOf(scope),
            ...toIds(component, scope),
            runners: listDeclaredRunners(scope),
            claim,
            foreign,
        },
        { ...fleetChild(component), ...options },
    );
}

function toIds(
    component: pulumi.ComponentResource,
    scope: RunnerScope,
): Pick<fleet.ExclusiveRunnersArgs, "groupId" | "projectId"> {
    if (scope === "instance") return {};
    return "group" in scope
        ? { groupId: resolveReference(component, "group", scope.group) }
        : { projectId: resolveReference(component, "project", scope.project) };
}
