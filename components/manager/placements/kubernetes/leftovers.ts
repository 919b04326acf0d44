import * as fleet from "@gitlab-fleet/sdk";
import type { Client } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../../common/fleet-provider";
import type { Named } from "./objects";

/**
 * Finds where the cluster differs from the state: objects of an `up` that was killed before the engine noted them,
 * objects that somebody has deleted since, and objects that others created in their place. The engine would fail at
 * each of them, in part only after it changed runners. A preview does not check.
 */
export function findLeftovers(
    manager: pulumi.ComponentResource,
    named: Named,
    objects: fleet.types.input.KubernetesObjectArgs[],
): Pick<fleet.KubernetesPlaceArgs, keyof fleet.FindLeftoversResult> {
    const monitor = monitorAddress();
    if (pulumi.runtime.isDryRun() || monitor === undefined) return {};
    const { provider } = fleetChild(manager);
    const { owner, identity, options } = named;
    const { kubeconfig, context } = options;
    const asked = { kubeconfig, context, objects, owner, identity, stack: stackName(), monitor };
    const found = pulumi
        .output(asked)
        .apply((known) => fleet.findLeftovers(known as fleet.FindLeftoversArgs, { provider }));
    // Empty lists would only add inputs to every state.
    const unlessEmpty = <T>(of: (found: fleet.FindLeftoversResult) => T[]) =>
        found.apply((all) => (of(all).length === 0 ? undefined : of(all))) as pulumi.Output<T[]>;
    return {
        leftovers: unlessEmpty(({ leftovers }) => leftovers),
        gone: unlessEmpty(({ gone }) => gone),
        taken: unlessEmpty(({ taken }) => taken),
    };
}

/** Pulumi's name for the organization of all file backends, some of which have no projects either. */
const NO_ORGANIZATION = "organization";

/** Name by which the engine finds the stack. Without its organization, it would be sought in the user's own. */
function stackName(): string {
    const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
    return organization === NO_ORGANIZATION ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
}

/** Address of the engine's monitor for this program; undefined with mocks. */
function monitorAddress(): string | undefined {
    const monitor = pulumi.runtime.getMonitor() as unknown as Partial<Client> | undefined;
    return monitor?.getChannel?.().getTarget();
}
