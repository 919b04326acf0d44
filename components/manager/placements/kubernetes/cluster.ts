import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { Role } from "@pulumi/kubernetes/rbac/v1/role";
import type { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import * as pulumi from "@pulumi/pulumi";
import { needPackage, sharedProviders } from "../../../common/shared-providers";
import type { ClusterOptions } from "./args";

/** What is declared on a cluster, as `@pulumi/kubernetes` has it. */
export interface Kinds {
    Provider: typeof Provider;
    StatefulSet: typeof StatefulSet;
    Secret: typeof Secret;
    ServiceAccount: typeof ServiceAccount;
    Role: typeof Role;
    RoleBinding: typeof RoleBinding;
    PodDisruptionBudget: typeof PodDisruptionBudget;
    Service: typeof Service;
    CustomResource: typeof CustomResource;
}

const sharedProvider = sharedProviders<Provider>("kubernetes");

/** The provider of the cluster that a manager's options name. */
export function providerFor({ kubeconfig, context }: ClusterOptions): Provider {
    const key = [context, typeof kubeconfig === "string" ? kubeconfig : kubeconfig !== undefined];
    return sharedProvider(key, context, (name) => declareProvider(name, { kubeconfig, context }));
}

function declareProvider(name: string, { kubeconfig, context }: ClusterOptions): Provider {
    const { Provider } = loadKubernetes();
    return withoutVariable(
        "KUBECONFIG",
        () =>
            new Provider(name, {
                kubeconfig: kubeconfig === undefined ? undefined : pulumi.secret(kubeconfig),
                context,
                // Another context is another cluster; a login that was renewed is not.
                clusterIdentifier: context,
                // Applied on the server, an object that somebody else made would be changed in silence; created, it is refused.
                enableServerSideApply: false,
                // Otherwise a changed config.toml would be a Secret that is removed and made anew, while the pod reads it.
                enableSecretMutable: true,
            }),
    );
}

/**
 * The SDK writes what the variable says into the state, where a path of this machine means nothing to the next one. The plugin reads
 * the variable itself.
 */
function withoutVariable<T>(name: string, make: () => T): T {
    const value = process.env[name];
    delete process.env[name];
    try {
        return make();
    } finally {
        if (value !== undefined) process.env[name] = value;
    }
}

/** Loaded only where a manager is placed on Kubernetes, and of its thousands of files only those that are needed. */
export function loadKubernetes(): Kinds {
    return needPackage("@pulumi/kubernetes", "4", "placement.kubernetes", () => ({
        Provider: require("@pulumi/kubernetes/provider").Provider,
        StatefulSet: require("@pulumi/kubernetes/apps/v1/statefulSet").StatefulSet,
        Secret: require("@pulumi/kubernetes/core/v1/secret").Secret,
        ServiceAccount: require("@pulumi/kubernetes/core/v1/serviceAccount").ServiceAccount,
        Role: require("@pulumi/kubernetes/rbac/v1/role").Role,
        RoleBinding: require("@pulumi/kubernetes/rbac/v1/roleBinding").RoleBinding,
        PodDisruptionBudget: require("@pulumi/kubernetes/policy/v1/podDisruptionBudget").PodDisruptionBudget,
        Service: require("@pulumi/kubernetes/core/v1/service").Service,
        CustomResource: require("@pulumi/kubernetes/apiextensions/customResource").CustomResource,
    }));
}
