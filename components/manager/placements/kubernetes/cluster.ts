import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { needPackage, sharedProviders } from "../../../common/shared-providers";
import type { ClusterOptions } from "./args";

/** The classes of `@pulumi/kubernetes` that are used. */
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
                // Another context is another cluster; renewed credentials are not.
                clusterIdentifier: context,
                // Server-side apply would silently change an object that somebody else created; a create fails instead.
                enableServerSideApply: false,
                // Otherwise a change of config.toml would delete and recreate the Secret while the pod reads it.
                enableSecretMutable: true,
            }),
    );
}

/**
 * Calls `make` without an environment variable: the SDK would write its value into the state, where a path on this
 * machine means nothing to other machines. The plugin reads the variable itself.
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

/** Loaded only if a manager is placed on Kubernetes, and only the few of its thousands of files that are needed. */
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
