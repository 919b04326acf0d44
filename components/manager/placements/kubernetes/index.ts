import { isEventual, isMap, memberOf } from "../../../../core/values";
import { costsOf, type PlacementKind } from "../kind";
import { type KubernetesOptions, type KubernetesPlacement, statefulSetNames } from "./args";
import { findKubernetesProblems, KUBERNETES_CHECKS, NEEDED } from "./problems";
import { findKubernetesMisfits } from "./rules";

/** A pod of a Kubernetes cluster. */
export const kubernetes: PlacementKind<KubernetesPlacement> = {
    key: "kubernetes",
    beside: [],
    name: "kubernetes",
    example: "{ kubernetes: { namespace: gitlab-runner } }",
    schema() {
        const { optionShape, placementShape } = require("../option-shape") as typeof import("../option-shape");
        const options = optionShape("kubernetes", KUBERNETES_CHECKS, Object.keys(NEEDED));
        return placementShape(
            "kubernetes",
            options.describe("A Kubernetes cluster on which the manager runs in a pod."),
        );
    },
    // Anything else makes a new pod.
    costs: costsOf<KubernetesOptions>("drains", KUBERNETES_CHECKS, {
        kubeconfig: "in place",
        jobNamespaces: "in place",
        certificates: "in place",
        metrics: "in place",
        serviceMonitor: "in place",
        reloadDelay: "in place",
        // It is only looked at.
        cluster: "nothing",
    }),
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
        return statefulSetNames(options, owner, name).map((given) => ({
            thing: `StatefulSet ${given} in namespace ${namespace} of ${cluster}`,
            path: "kubernetes.name",
            given,
            place: given,
            what: "name",
            done: "used",
        }));
    },

    // A context is named by whoever made the kubeconfig, often for what several stacks have in common.
    names: ["kubernetes.namespace", "kubernetes.name"],

    declare: (to) => (require("./place") as typeof import("./place")).placeOnKubernetes(to),
};
