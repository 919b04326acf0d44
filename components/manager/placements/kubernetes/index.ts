import { isEventual } from "../../../../core/later";
import { isMap, memberOf } from "../../../../core/values";
import type { PlacementKind } from "../kind";
import { KUBERNETES_COSTS, type KubernetesPlacement } from "./args";
import { replicaNames } from "./names";
import { findKubernetesProblems } from "./problems";
import { findKubernetesMisfits } from "./rules";

/** A pod of a Kubernetes cluster. */
export const kubernetes: PlacementKind<KubernetesPlacement> = {
    key: "kubernetes",
    beside: [],
    name: "kubernetes",
    example: "{ kubernetes: { namespace: gitlab-runner } }",
    schema: () => (require("./schema") as typeof import("./schema")).kubernetesShape,
    costs: KUBERNETES_COSTS,
    // A kubeconfig may be a path: whether it is a secret, its text says.
    secrets: [],
    drains: () => true,
    // A Secret is mounted for reading, and a token that the process wrote would be gone with the next change.
    sharesFile: false,

    // Most of it decides how the pod is made, so it is looked at as a whole.
    findProblems: ({ kubernetes: options }, where) =>
        isEventual(options) ? [] : findKubernetesProblems(options, memberOf(where, "kubernetes")),

    findMisfits: findKubernetesMisfits,

    claims({ kubernetes: options }, { owner, name }) {
        if (!isMap(options) || typeof options.namespace !== "string") return [];
        const { context, namespace } = options;
        const cluster = typeof context === "string" ? `context ${context}` : "the current context";
        return replicaNames(options, owner, name).map((given) => ({
            thing: `StatefulSet ${given} in namespace ${namespace} of ${cluster}`,
            path: "kubernetes.name",
            given,
            place: given,
            what: "name",
            done: "used",
        }));
    },

    names({ kubernetes: options }) {
        // A context is named by whoever made the kubeconfig, often for what several stacks have in common.
        const { namespace, name } = isMap(options) ? options : {};
        return { "kubernetes.namespace": namespace, "kubernetes.name": name };
    },

    declare: (to) => (require("./place") as typeof import("./place")).placeOnKubernetes(to),
};
