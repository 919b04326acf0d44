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
 * Declares first what needs no token: the cluster is reached, the namespaces are there, and what may be made was made, before a
 * runner is changed. Nothing here may wait for the runners, which wait for it: so it is no child of the manager, which may depend on
 * them, and takes only what is no output.
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
        // As whom the process speaks to the cluster; without jobs there it gets no token.
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

/** What `up` has to be allowed to make and change. */
function rightsNeeded(
    places: readonly fleet.types.input.KubernetesObjectArgs[],
): fleet.types.input.KubernetesRightArgs[] {
    return [...new Map(places.map(({ name: _, ...right }) => [JSON.stringify(right), right])).values()];
}
