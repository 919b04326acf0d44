import * as fleet from "@gitlab-fleet/sdk";
import type { Client } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../../common/fleet-provider";
import type { Named } from "./objects";

/**
 * Where the cluster is not as the state has it: what an `up` has made of a manager before it was killed and the engine could note it,
 * what somebody has removed since, and what others have made in its place. The engine would fail at each, some of it after the
 * runners. A preview does not ask.
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
    // What is there in every state would only be one more input.
    const unlessEmpty = <T>(of: (found: fleet.FindLeftoversResult) => T[]) =>
        found.apply((all) => (of(all).length === 0 ? undefined : of(all))) as pulumi.Output<T[]>;
    return {
        leftovers: unlessEmpty(({ leftovers }) => leftovers),
        gone: unlessEmpty(({ gone }) => gone),
        taken: unlessEmpty(({ taken }) => taken),
    };
}

/** What Pulumi calls all organizations of file backends, some of which know no projects either. */
const NO_ORGANIZATION = "organization";

/** Name by which the engine finds the stack; without its organization it would be looked for among the login's own. */
function stackName(): string {
    const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
    return organization === NO_ORGANIZATION ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
}

/** Where the engine listens for this program; tests with mocks have no engine. */
function monitorAddress(): string | undefined {
    const monitor = pulumi.runtime.getMonitor() as unknown as Partial<Client> | undefined;
    return monitor?.getChannel?.().getTarget();
}
