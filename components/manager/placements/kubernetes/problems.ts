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
    findWrong,
    flag,
    isText,
    listOf,
    proxy,
    shapeOf,
    text,
    textLike,
} from "../option-checks";
import { KUBERNETES_KEYS, type KubernetesOptions, MOST_REPLICAS } from "./args";
import { DNS_LABEL, LONGEST_NAME } from "./names";
import {
    affinity,
    annotations,
    labels,
    nodeSelector,
    resources,
    tolerations,
    topologySpreadConstraints,
} from "./pod-checks";

const DIGEST = /@sha256:[0-9a-f]{64}$/;
const TAG = /:[\w][\w.-]*$/;
/**
 * A reference of an image: an optional host with a port, a path in small letters, a tag, a digest.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
const IMAGE =
    /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?\/)?[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-f]{32,})?$/;
/** The highest number of a user or a group: apimachinery, `IsValidUserID`. */
const HIGHEST_ID = 2 ** 31 - 1;

const dnsLabel: Check = (value) =>
    isText(value) && DNS_LABEL.test(value) && value.length <= 63
        ? undefined
        : "at most 63 small letters, digits and -, beginning and ending with a letter or digit";

const name = (what: string): Check => {
    return (value) => (isName(value) ? undefined : `a text: the name of a ${what}`);
};

const user: Check = (value) => {
    const text = textOf(value);
    if (!/^[1-9]\d*(:\d+)?$/.test(text)) return "numbers, uid or uid:gid, in quotes, and not root";
    return text.split(":").every((id) => Number(id) <= HIGHEST_ID) ? undefined : `numbers up to ${HIGHEST_ID}`;
};

const isImage = (value: unknown) => isText(value) && IMAGE.test(value);

const CHECKS: Record<keyof KubernetesOptions, Check> = {
    kubeconfig: text("the path or the text of a kubeconfig"),
    context: text("the name of a context in the kubeconfig"),
    cluster: text("the UID of the cluster's namespace kube-system, in quotes"),
    namespace: dnsLabel,
    name: (value) =>
        isText(value) && DNS_LABEL.test(value) && value.length <= LONGEST_NAME
            ? undefined
            : `at most ${LONGEST_NAME} small letters, digits and -, beginning and ending with a letter or digit`,
    image: (value) =>
        isImage(value)
            ? undefined
            : "the name of an image, in small letters, such as gitlab/gitlab-runner:alpine-v19.4.0",
    imagePullSecrets: listOf(name("Secret"), "a list of names of Secrets"),
    replicas: countUpTo(MOST_REPLICAS),
    jobNamespaces: listOf(dnsLabel, "a list of namespaces"),
    serviceAccount: name("ServiceAccount"),
    user,
    resources,
    nodeSelector,
    tolerations,
    affinity,
    topologySpreadConstraints,
    priorityClass: name("PriorityClass"),
    environment,
    proxy,
    certificates,
    labels,
    annotations,
    stopSignal: flag,
    fleetingInstall: flag,
    metrics: flag,
    serviceMonitor: shapeOf(
        { labels, interval: textLike(/^(\d+(ms|[smhdwy]))+$/, "a text with a duration, such as 30s") },
        '{ labels, interval }, such as { labels: { release: prometheus }, interval: "30s" }',
    ),
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
        return findWrong(CHECKS[key as keyof KubernetesOptions], value, where, key === "kubeconfig");
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
    if (!isText(image) || !isImage(image) || DIGEST.test(image) || (TAG.test(image) && !image.endsWith(":latest")))
        return [];
    const message =
        `is not pinned (got ${show(image)}): which version runs depends on what a node has. Name a digest, or a version's tag. ` +
        TO_ACCEPT("image-not-pinned");
    return [{ path, message, severity: "warning", code: "image-not-pinned" }];
}

/** A name as most objects take it: DNS-1123, a subdomain. */
function isName(value: unknown): boolean {
    return isText(value) && value.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value);
}
