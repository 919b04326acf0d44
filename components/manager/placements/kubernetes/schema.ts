import * as z from "zod";
import { described } from "../../../common/described";
import type { ShapeOf } from "../../../common/shape-of";
import { type KubernetesOptions, MOST_REPLICAS } from "./args";

const text = z.string();
const texts = z.array(text);
const named = z.record(text, text);
/** What Kubernetes' own documentation describes, and the API server checks. */
const asInPods = z.record(text, z.unknown());

/** The keys of `placement.kubernetes`; their limits and messages come from `findKubernetesProblems`. */
const kubernetesOptions = z
    .strictObject(
        described("kubernetes", {
            kubeconfig: text.optional(),
            context: text.optional(),
            cluster: text.optional(),
            namespace: text,
            name: text.optional(),
            image: text.optional(),
            imagePullSecrets: texts.optional(),
            replicas: z.int().min(1).max(MOST_REPLICAS).optional(),
            jobNamespaces: texts.optional(),
            serviceAccount: text.optional(),
            user: text.optional(),
            resources: z
                .strictObject(
                    described("kubernetes.resources", { requests: named.optional(), limits: named.optional() }),
                )
                .optional(),
            nodeSelector: named.optional(),
            tolerations: z.array(asInPods).optional(),
            affinity: asInPods.optional(),
            topologySpreadConstraints: z.array(asInPods).optional(),
            priorityClass: text.optional(),
            environment: named.optional(),
            proxy: z
                .strictObject(
                    described("kubernetes.proxy", {
                        http: text.optional(),
                        https: text.optional(),
                        no: text.optional(),
                    }),
                )
                .optional(),
            certificates: named.optional(),
            labels: named.optional(),
            annotations: named.optional(),
            stopSignal: z.boolean().optional(),
            fleetingInstall: z.boolean().optional(),
            metrics: z.boolean().optional(),
            serviceMonitor: z
                .strictObject(
                    described("kubernetes.serviceMonitor", { labels: named.optional(), interval: text.optional() }),
                )
                .optional(),
            reloadDelay: text.optional(),
        } satisfies ShapeOf<Omit<KubernetesOptions, "transform">>),
    )
    .describe("A Kubernetes cluster on which the manager runs in a pod.");

/** A placement on Kubernetes, in a stack's configuration. */
export const kubernetesShape = z.strictObject({ kubernetes: kubernetesOptions });
