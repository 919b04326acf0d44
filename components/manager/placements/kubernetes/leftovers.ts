import * as fleet from "@gitlab-fleet/sdk";
import type { Client } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../../common/fleet-provider";
import { allNames, type Named } from "./objects";

type Leftovers = fleet.types.output.KubernetesLeftover[];

/**
 * What an `up` has made of a manager in its cluster, before it was killed and the engine could note it. The engine would make it once
 * more, and fail. A preview does not ask.
 */
export function findLeftovers(
    manager: pulumi.ComponentResource,
    named: Named,
    rights: fleet.types.input.KubernetesRightArgs[],
): pulumi.Output<Leftovers | undefined> | undefined {
    const monitor = monitorAddress();
    if (pulumi.runtime.isDryRun() || monitor === undefined) return undefined;
    const { provider } = fleetChild(manager);
    const { owner, identity, options } = named;
    const { kubeconfig, context } = options;
    const asked = { kubeconfig, context, rights, owner, names: allNames(named), identity, stack: stackName(), monitor };
    return pulumi.output(asked).apply(async (known) => {
        const { leftovers } = await fleet.findLeftovers(known as fleet.FindLeftoversArgs, { provider });
        // What is there in every state would only be one more input.
        return leftovers.length === 0 ? undefined : leftovers;
    });
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
