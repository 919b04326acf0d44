import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show, textOf } from "../../../../core/values";
import { certificates, environment, findUnexpanded, findUnpinned, proxy } from "../container";
import {
    type Checks,
    countUpTo,
    duration,
    findOptionProblems,
    flag,
    hiding,
    listOf,
    ofText,
    orLater,
    shapeOf,
    text,
    textLike,
    textThat,
} from "../option-checks";
import { DNS_LABEL, type KubernetesOptions, LONGEST_NAME, MOST_REPLICAS } from "./args";
import {
    affinity,
    annotations,
    labels,
    nodeSelector,
    resources,
    tolerations,
    topologySpreadConstraints,
} from "./pod-checks";

/**
 * A reference of an image: an optional host with a port, a path in small letters, a tag, a digest.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
const IMAGE =
    /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?\/)?[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-f]{32,})?$/;
/** The highest number of a user or a group: apimachinery, `IsValidUserID`. */
const HIGHEST_ID = 2 ** 31 - 1;

const DNS = "small letters, digits and -, beginning and ending with a letter or digit";

const dnsLabel = (longest: number) =>
    textThat((value) => DNS_LABEL.test(value) && value.length <= longest, `at most ${longest} ${DNS}`);

/** A name as most objects take it: DNS-1123, a subdomain. */
const name = (what: string) =>
    textThat(
        (value) => value.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value),
        `a text: the name of a ${what}`,
    );

const user = ofText((value) => {
    const text = textOf(value);
    if (!/^[1-9]\d*(:\d+)?$/.test(text)) return "numbers, uid or uid:gid, in quotes, and not root";
    return text.split(":").every((id) => Number(id) <= HIGHEST_ID) ? undefined : `numbers up to ${HIGHEST_ID}`;
});

/** What each option must be. */
export const KUBERNETES_CHECKS: Checks<KubernetesOptions> = {
    kubeconfig: orLater(hiding(text("the path or the text of a kubeconfig"))),
    context: text("the name of a context in the kubeconfig"),
    cluster: text("the UID of the cluster's namespace kube-system, in quotes"),
    namespace: dnsLabel(63),
    name: dnsLabel(LONGEST_NAME),
    image: textThat(
        (value) => IMAGE.test(value),
        "the name of an image, in small letters, such as gitlab/gitlab-runner:alpine-v19.4.0",
    ),
    imagePullSecrets: listOf(name("Secret"), "a list of names of Secrets"),
    replicas: countUpTo(MOST_REPLICAS),
    jobNamespaces: listOf(dnsLabel(63), "a list of namespaces"),
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
    reloadDelay: duration("2m or 90s"),
    transform: (value) => (isMap(value) ? undefined : "functions by object: { statefulSet, secret, … }"),
};

/** Those that cannot be left out, and what to write. */
export const NEEDED = { namespace: "Name the namespace of the manager, which must exist." };

/** What is wrong with the options of a placement on Kubernetes. */
export function findKubernetesProblems(options: unknown, path: string): Problem[] {
    const example = "Write { namespace: gitlab-runner }.";
    if (!isMap(options)) return [error(path, `must be a map (got ${show(options)}). ${example}`)];
    const says = "a node has. Name a digest, or a version's tag.";
    return [
        ...findOptionProblems(options, path, KUBERNETES_CHECKS, NEEDED),
        ...(IMAGE.test(textOf(options.image)) ? findUnpinned(options.image, memberOf(path, "image"), says) : []),
        ...findUnexpanded(options, path, "Kubernetes"),
        ...findTwoPluginPaths(options, path),
    ];
}

/** Of two variables of one name the pod has the later one, and plugins would go where nothing may be written. */
function findTwoPluginPaths({ fleetingInstall, environment }: Record<string, unknown>, path: string): Problem[] {
    const own = isMap(environment) ? environment.FLEETING_PLUGIN_PATH : undefined;
    if (fleetingInstall !== true || own === undefined) return [];
    const where = memberOf(memberOf(path, "environment"), "FLEETING_PLUGIN_PATH");
    const message = `cannot stand beside fleetingInstall, which has a place of its own (got ${show(own)}). Remove one of them.`;
    return [error(where, message)];
}
