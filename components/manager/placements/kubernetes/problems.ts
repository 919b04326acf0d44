import { findDurationProblems } from "../../../../core/durations";
import { isEventual } from "../../../../core/later";
import { error, type Problem } from "../../../../core/problems";
import { didYouMean } from "../../../../core/suggest";
import { isMap, memberOf, show, textOf } from "../../../../core/values";
import { TO_ACCEPT } from "../drain";
import {
    type Check,
    certificates,
    countUpTo,
    environment,
    findUnexpanded,
    flag,
    isText,
    listOf,
    mapOf,
    proxy,
    text,
} from "../option-checks";
import { KUBERNETES_KEYS, type KubernetesOptions, MOST_REPLICAS } from "./args";
import { DNS_LABEL, LONGEST_NAME } from "./names";

const DIGEST = /@sha256:[0-9a-f]{64}$/;
const TAG = /:[\w][\w.-]*$/;
/** As the API server takes them: apimachinery, `resource.Quantity`. */
const QUANTITY = /^\d+(\.\d+)?([eE][+-]?\d+|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
/** A label's or annotation's key: an optional domain, and a name. */
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
/** What is ours among labels and annotations: pods are found by it. */
const OURS = /^(app\.kubernetes\.io\/(name|instance)|gitlab-fleet\.com\/.*)$/;

const dnsLabel: Check = (value) =>
    isText(value) && DNS_LABEL.test(value) && value.length <= 63
        ? undefined
        : "at most 63 small letters, digits and -, beginning and ending with a letter or digit";

const labels: Check = (value) =>
    isMap(value) &&
    Object.entries(value).every(
        ([key, text]) => LABEL_KEY.test(key) && !OURS.test(key) && typeof text === "string" && LABEL_VALUE.test(text),
    )
        ? undefined
        : 'labels as Kubernetes takes them, none of them ours, such as { "team": "ci" }';

const CHECKS: Record<keyof KubernetesOptions, Check> = {
    kubeconfig: text("the path or the text of a kubeconfig"),
    context: text("the name of a context in the kubeconfig"),
    cluster: text("the UID of the cluster's namespace kube-system, in quotes"),
    namespace: dnsLabel,
    name: (value) =>
        isText(value) && DNS_LABEL.test(value) && value.length <= LONGEST_NAME
            ? undefined
            : `at most ${LONGEST_NAME} small letters, digits and -, beginning and ending with a letter or digit`,
    image: text("the name of an image"),
    imagePullSecrets: listOf(isName, "a list of names of Secrets"),
    replicas: countUpTo(MOST_REPLICAS),
    jobNamespaces: listOf((value) => dnsLabel(value) === undefined, "a list of namespaces"),
    serviceAccount: (value) => (isName(value) ? undefined : "the name of a ServiceAccount"),
    user: (value) =>
        /^[1-9]\d*(:\d+)?$/.test(textOf(value)) ? undefined : "numbers, uid or uid:gid, in quotes, and not root",
    resources: (value) =>
        isMap(value) && Object.entries(value).every(([key, amounts]) => isAmounts(key, amounts))
            ? undefined
            : "{ requests, limits }, each with amounts such as { cpu: 500m, memory: 256Mi }",
    nodeSelector: mapOf((value) => typeof value === "string" && LABEL_VALUE.test(value), "labels of nodes"),
    tolerations: listOf(isMap, "a list of tolerations, such as [{ key: ci, operator: Exists }]"),
    affinity: (value) => (isMap(value) ? undefined : "a map: nodeAffinity, podAffinity, podAntiAffinity"),
    topologySpreadConstraints: listOf(
        isMap,
        "a list such as [{ topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway }]",
    ),
    priorityClass: (value) => (isName(value) ? undefined : "the name of a PriorityClass"),
    environment,
    proxy,
    certificates,
    labels,
    annotations: (value) =>
        isMap(value) &&
        Object.entries(value).every(([key, text]) => LABEL_KEY.test(key) && !OURS.test(key) && typeof text === "string")
            ? undefined
            : "annotations as Kubernetes takes them, none of them ours",
    stopSignal: flag,
    fleetingInstall: flag,
    metrics: flag,
    serviceMonitor: (value) =>
        isMap(value) &&
        Object.keys(value).every((key) => ["labels", "interval"].includes(key)) &&
        (value.labels === undefined || labels(value.labels) === undefined) &&
        (value.interval === undefined || /^(\d+(ms|[smhdwy]))+$/.test(textOf(value.interval)))
            ? undefined
            : '{ labels, interval }, such as { labels: { release: prometheus }, interval: "30s" }',
    // What is wrong with a duration is said as everywhere.
    reloadDelay: () => undefined,
    transform: (value) => (isMap(value) ? undefined : "functions by object: { statefulSet, secret, … }"),
};

/** What is wrong with the options of a placement on Kubernetes. */
export function findKubernetesProblems(options: unknown, path: string): Problem[] {
    const example = "Write { namespace: gitlab-runner }.";
    if (!isMap(options)) return [error(path, `must be a map (got ${show(options)}). ${example}`)];
    const missing =
        options.namespace === undefined
            ? [error(memberOf(path, "namespace"), "is missing. Name the namespace of the manager, which must exist.")]
            : [];
    const wrong = Object.entries(options).flatMap(([key, value]) => {
        if (value === undefined) return [];
        const where = memberOf(path, key);
        if (!Object.hasOwn(CHECKS, key)) {
            return [error(where, `is not a known key.${didYouMean(key, KUBERNETES_KEYS) || " Remove it."}`)];
        }
        if (key === "kubeconfig" && isEventual(value)) return [];
        const wanted = CHECKS[key as keyof KubernetesOptions](value);
        if (wanted === undefined) return [];
        return [error(where, `must be ${wanted} (got ${show(value, key === "kubeconfig")}). Correct it.`)];
    });
    return [
        ...missing,
        ...wrong,
        ...findDurationProblems(options.reloadDelay, memberOf(path, "reloadDelay"), "2m or 90s"),
        ...findUnpinned(options.image, memberOf(path, "image")),
        ...findUnexpanded(options, path, "Kubernetes"),
        ...findTwoPluginPaths(options, path),
    ];
}

/** Of two variables of one name the pod has the later one, and plugins would go where nothing may be written. */
function findTwoPluginPaths({ fleetingInstall, environment }: Record<string, unknown>, path: string): Problem[] {
    const own = isMap(environment) ? environment.FLEETING_PLUGIN_PATH : undefined;
    if (fleetingInstall !== true || own === undefined) return [];
    const where = memberOf(memberOf(path, "environment"), "FLEETING_PLUGIN_PATH");
    return [
        error(
            where,
            `cannot stand beside fleetingInstall, which has a place of its own (got ${show(own)}). Remove one of them.`,
        ),
    ];
}

/** A tag can be moved, and then pods of one manager run different images; a digest cannot. */
function findUnpinned(image: unknown, path: string): Problem[] {
    if (!isText(image) || DIGEST.test(image) || (TAG.test(image) && !image.endsWith(":latest"))) return [];
    const message =
        `is not pinned (got ${show(image)}): which version runs depends on what a node has. Name a digest, or a version's tag. ` +
        TO_ACCEPT("image-not-pinned");
    return [{ path, message, severity: "warning", code: "image-not-pinned" }];
}

function isAmounts(key: string, amounts: unknown): boolean {
    if (!["requests", "limits"].includes(key) || !isMap(amounts)) return false;
    return Object.values(amounts).every((amount) => QUANTITY.test(textOf(amount)));
}

/** A name as most objects take it: DNS-1123, a subdomain. */
function isName(value: unknown): boolean {
    return isText(value) && value.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value);
}
