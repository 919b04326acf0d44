import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { needPackage, sharedProviders } from "../../../common/shared-providers";
import type { ClusterOptions } from "./args";

/** What is declared on a cluster, as `@pulumi/kubernetes` has it. */
export type Kinds = ReturnType<typeof loadKubernetes>;

const sharedProvider = sharedProviders<Provider>("kubernetes");

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
export function loadKubernetes() {
    return needPackage("@pulumi/kubernetes", "4", "placement.kubernetes", () => ({
        ...(require("@pulumi/kubernetes/provider") as typeof import("@pulumi/kubernetes/provider")),
        ...(require("@pulumi/kubernetes/apps/v1/statefulSet") as typeof import("@pulumi/kubernetes/apps/v1/statefulSet")),
        ...(require("@pulumi/kubernetes/core/v1/secret") as typeof import("@pulumi/kubernetes/core/v1/secret")),
        ...(require("@pulumi/kubernetes/core/v1/serviceAccount") as typeof import("@pulumi/kubernetes/core/v1/serviceAccount")),
        ...(require("@pulumi/kubernetes/rbac/v1/role") as typeof import("@pulumi/kubernetes/rbac/v1/role")),
        ...(require("@pulumi/kubernetes/rbac/v1/roleBinding") as typeof import("@pulumi/kubernetes/rbac/v1/roleBinding")),
        ...(require("@pulumi/kubernetes/policy/v1/podDisruptionBudget") as typeof import("@pulumi/kubernetes/policy/v1/podDisruptionBudget")),
        ...(require("@pulumi/kubernetes/core/v1/service") as typeof import("@pulumi/kubernetes/core/v1/service")),
        ...(require("@pulumi/kubernetes/apiextensions/customResource") as typeof import("@pulumi/kubernetes/apiextensions/customResource")),
    }));
}
