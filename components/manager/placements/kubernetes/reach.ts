import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { ToPlace } from "../kind";
import { formerNames, hashOf } from "../reach";
import type { KubernetesPlacement } from "./args";
import type { Kinds } from "./cluster";
import * as objects from "./objects";
import type { JobNamespace } from "./permissions";

/** Changes with the runners that a manager serves, so that the cluster is written to before one of them is made or replaced. */
const SERVES = "gitlab-fleet.com/serves";

/**
 * Declares first what needs no token: the cluster is reached, the namespaces are there, and what may be made was made, before a
 * runner is changed. Nothing here may wait for the runners, which wait for it: so it is no child of the manager, which may depend on
 * them, and takes only what is no output.
 */
export function reachCluster(
    { name, before: { served, aliases } }: ToPlace<KubernetesPlacement>,
    named: objects.Named,
    jobs: readonly JobNamespace[],
    kinds: Kinds,
    provider: Provider,
): pulumi.Resource[] {
    const { transform = {}, serviceAccount } = named.options;
    const options = (suffix = "") => ({
        provider,
        aliases: formerNames(aliases).map(({ name: former }) => ({ name: `${former as string}${suffix}` })),
    });
    const places = served.map(({ name: runner, rotation, place }) => ({ runner, rotation, place }));
    // A scope that is an output is known before the runner is, and no secret.
    const serves = pulumi.unsecret(pulumi.output(places).apply(hashOf));
    const budget = objects.podDisruptionBudgetArgs(named, { [SERVES]: serves });
    const reached: pulumi.Resource[] = [
        new kinds.PodDisruptionBudget(name, transform.podDisruptionBudget?.(budget) ?? budget, options()),
    ];
    if (serviceAccount !== undefined) return reached;
    const account = objects.serviceAccountArgs(named);
    reached.push(new kinds.ServiceAccount(name, transform.serviceAccount?.(account) ?? account, options()));
    for (const { namespace, rules } of jobs) {
        const suffix = `/${namespace}`;
        const role = objects.roleArgs(named, namespace, rules);
        const declared = new kinds.Role(`${name}${suffix}`, transform.role?.(role) ?? role, options(suffix));
        const binding = objects.roleBindingArgs(named, namespace);
        const bound = new kinds.RoleBinding(`${name}${suffix}`, transform.roleBinding?.(binding) ?? binding, {
            ...options(suffix),
            dependsOn: [declared, ...reached],
        });
        reached.push(declared, bound);
    }
    return reached;
}
