import * as fleet from "@gitlab-fleet/sdk";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../../common/fleet-provider";
import type { ToPlace } from "../kind";
import { formerNames } from "../reach";
import type { KubernetesPlacement } from "./args";
import type { Kinds } from "./cluster";
import { findLeftovers } from "./leftovers";
import * as objects from "./objects";
import type { JobNamespace } from "./permissions";

/**
 * Declares first what needs no token: before a runner is changed, the cluster has been reached, the namespaces exist,
 * and the other objects were created. The runners wait for all of this, so nothing here may wait for them: it is no
 * child of the manager, which may depend on them, and takes no outputs.
 */
export function reachCluster(
    { manager, name, aliases, waits }: ToPlace<KubernetesPlacement>,
    named: objects.Named,
    jobs: readonly JobNamespace[],
    kinds: Kinds,
    provider: Provider,
    tried: Pick<fleet.KubernetesPlaceArgs, "statefulSets" | "secrets">,
): pulumi.Resource[] {
    const { transform = {}, serviceAccount, kubeconfig, context, cluster } = named.options;
    const places = objects.placesOf(named, jobs);
    const place = new fleet.KubernetesPlace(
        name,
        {
            kubeconfig: kubeconfig === undefined ? undefined : pulumi.secret(kubeconfig),
            context,
            cluster,
            rights: rightsNeeded(places),
            ...tried,
            objects: places,
            ...findLeftovers(manager, named, places),
            waits: waits || undefined,
            look: !pulumi.runtime.isDryRun(),
        },
        { provider: fleetChild(manager).provider, aliases: formerNames(aliases) },
    );
    const options = (suffix = "") => ({
        provider,
        dependsOn: [place],
        aliases: formerNames(aliases).map(({ name: former }) => ({ name: `${former as string}${suffix}` })),
    });
    const budget = objects.transformed(transform.podDisruptionBudget, objects.podDisruptionBudgetArgs(named));
    const reached: pulumi.Resource[] = [place, new kinds.PodDisruptionBudget(name, budget, options())];
    if (serviceAccount !== undefined) return reached;
    const account = objects.transformed(transform.serviceAccount, {
        metadata: objects.metadataOf(named),
        // The process's identity in the cluster; if no jobs run there it gets no token.
        automountServiceAccountToken: false,
    });
    reached.push(new kinds.ServiceAccount(name, account, options()));
    for (const { namespace, rules } of jobs) {
        const suffix = `/${namespace}`;
        const role = objects.transformed(transform.role, { metadata: objects.metadataOf(named, { namespace }), rules });
        const declared = new kinds.Role(`${name}${suffix}`, role, options(suffix));
        const binding = objects.transformed(transform.roleBinding, objects.roleBindingArgs(named, namespace));
        const bound = new kinds.RoleBinding(`${name}${suffix}`, binding, {
            ...options(suffix),
            dependsOn: [declared, ...reached],
        });
        reached.push(declared, bound);
    }
    return reached;
}

/** The rights that `up` needs to create and change the objects. */
function rightsNeeded(
    places: readonly fleet.types.input.KubernetesObjectArgs[],
): fleet.types.input.KubernetesRightArgs[] {
    return [...new Map(places.map(({ name: _, ...right }) => [JSON.stringify(right), right])).values()];
}
