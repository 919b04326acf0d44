import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../core/marker";
import { fleetChild, stackIdentity } from "../common/fleet-provider";
import { resolveScope } from "../common/path-resolver";
import { gateArgs, placesOf } from "../common/rules";
import { type RunnerScope, runnerTypeOf } from "../common/scope";
import { othersIn } from "../runner/declared";
import type { Runner } from "../runner/runner";
import { type ExclusiveRunnersArgs, placeOf } from "./args";
import { EXCLUSIVE_RUNNERS_SHAPE, exclusiveRules } from "./problems";

/** Makes the declared runners the only ones of their kind in a scope, and removes what a killed `up` left there. */
export class ExclusiveRunners extends pulumi.ComponentResource {
    /** Number of undeclared runners, claimed or orphaned, at the last `up`. */
    public readonly foundCount: pulumi.Output<number | undefined>;

    constructor(name: string, args: ExclusiveRunnersArgs, opts: pulumi.ComponentResourceOptions = {}) {
        // Only the child waits for `dependsOn`. With --continue-on-error, the engine rejects a component that depends
        // on something that failed, and ends the program when the component registers its outputs.
        super("gitlab-fleet:index:ExclusiveScope", name, {}, { ...opts, dependsOn: [] });
        const label = `ExclusiveRunners "${name}"`;
        const gate = { shape: EXCLUSIVE_RUNNERS_SHAPE, rules: exclusiveRules<ExclusiveRunnersArgs>(name) };
        const { scope, runners, claim, foreign, keep, limit, quietPeriod } = gateArgs(this, label, args, gate);
        const sorted = [...runners].sort((a, b) => (a.name < b.name ? -1 : 1));
        const at = placesOf(args);
        const look = new fleet.ExclusiveRunners(
            name,
            {
                owner: ownerOf(pulumi.getProject(), pulumi.getStack()),
                identity: stackIdentity(this).identity,
                runnerType: runnerTypeOf(placeOf(scope)),
                ...resolveScope(this, scope, (key) => at?.(`scope.${key}`) ?? `${label}: scope`),
                runners: Object.fromEntries(sorted.map((runner) => [runner.name, runner.id.apply(String)])),
                claim,
                foreign,
                keep: keep && { ...keep, ids: keep.ids?.map(String) },
                limit,
                quietPeriod,
            },
            { ...fleetChild(this), dependsOn: waitFor(opts, placeOf(scope), runners) },
        );
        this.foundCount = look.foundCount;
        this.registerOutputs({ foundCount: this.foundCount });
    }
}

/** The plugin only knows which runners are declared elsewhere after it has compared them, so they come first. */
function waitFor(
    { dependsOn = [] }: pulumi.ComponentResourceOptions,
    place: RunnerScope,
    runners: readonly Runner[],
): pulumi.Input<pulumi.Input<pulumi.Resource>[]> {
    const others = othersIn(place, runners);
    const given = pulumi.output(dependsOn as pulumi.Input<pulumi.Resource[]>) as pulumi.Output<
        pulumi.Resource[] | pulumi.Resource
    >;
    return given.apply(async (known) => [...(Array.isArray(known) ? known : [known]), ...(await others)]);
}
