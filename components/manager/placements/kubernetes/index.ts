import { isEventual, isMap, memberOf } from "../../../../core/values";
import { shaped } from "../../../common/maps";
import { needed, plain, type Shape } from "../../../common/shape";
import { costsOf, type PlacementKind } from "../kind";
import { type KubernetesPlacement, statefulSetNames } from "./args";
import { findKubernetesProblems, KUBERNETES_SHAPE } from "./problems";
import { findKubernetesMisfits } from "./rules";

const EXAMPLE = "{ namespace: gitlab-runner }";
const SHAPE: Shape<KubernetesPlacement> = {
    kubernetes: needed(undefined, plain(shaped("kubernetes", KUBERNETES_SHAPE, { example: EXAMPLE }))),
};

/** A pod of a Kubernetes cluster. */
export const kubernetes: PlacementKind<KubernetesPlacement> = {
    key: "kubernetes",
    name: "kubernetes",
    example: `{ kubernetes: ${EXAMPLE} }`,
    shape: SHAPE,
    schema: shaped("kubernetesPlacement", SHAPE).schema!,
    costs: costsOf("drains", KUBERNETES_SHAPE),
    // A kubeconfig may be a path: its text decides whether it is a secret.
    secrets: [],
    drains: () => true,
    // A Secret is mounted read-only, and a token that the process wrote would be lost with the next change.
    sharesFile: false,

    // Most options decide how the pod is created, so they are checked as a whole.
    findProblems: ({ kubernetes: options }, where) =>
        isMap(options) && !isEventual(options) ? findKubernetesProblems(options, memberOf(where, "kubernetes")) : [],

    findMisfits: findKubernetesMisfits,

    claims({ kubernetes: options }, { owner, name }) {
        if (!isMap(options) || typeof options.namespace !== "string") return [];
        const { context, namespace } = options;
        const cluster = typeof context === "string" ? `context ${context}` : "the current context";
        return statefulSetNames(options, owner, name).map((given) => ({
            thing: `StatefulSet ${given} in namespace ${namespace} of ${cluster}`,
            path: "kubernetes.name",
            given,
            what: "name",
        }));
    },

    // Without the context: whoever made the kubeconfig named it, often after something that several stacks share.
    names: ["kubernetes.namespace", "kubernetes.name"],

    declare: (to) => (require("./place") as typeof import("./place")).placeOnKubernetes(to),
};
