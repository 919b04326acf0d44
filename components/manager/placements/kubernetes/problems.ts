import { error, type Problem } from "../../../../core/problems";
import { asText, isMap, memberOf, show } from "../../../../core/values";
import { callback, duration, flag, IN_PROGRAMS, inPrograms, textThat, whole } from "../../../common/kinds";
import { shaped } from "../../../common/maps";
import { also, listOf, needed, type Shape } from "../../../common/shape";
import { certificates, environment, findUnexpanded, findUnpinned, proxy } from "../container";
import { costing } from "../kind";
import { DNS_LABEL, type KubernetesOptions, type KubernetesTransforms, LONGEST_NAME, MOST_REPLICAS } from "./args";
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
 * An image reference: an optional host with a port, a lower-case path, a tag, a digest.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
const IMAGE =
    /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?\/)?[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-f]{32,})?$/;
/** The highest id of a user or group: apimachinery, `IsValidUserID`. */
const HIGHEST_ID = 2 ** 31 - 1;

const DNS = "small letters, digits and -, beginning and ending with a letter or digit";

const dnsLabel = (longest: number) =>
    textThat(`at most ${longest} ${DNS}`, (value) => DNS_LABEL.test(value) && value.length <= longest);

/** A name that most objects accept: a DNS-1123 subdomain. */
const name = (what: string) =>
    textThat(
        `a text: the name of a ${what}`,
        (value) => value.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value),
    );

const possible = textThat(`numbers up to ${HIGHEST_ID}`, (ids) => {
    return ids.split(":").every((id) => Number(id) <= HIGHEST_ID);
});
const user = also(
    textThat("numbers, uid or uid:gid, in quotes, and not root", (value) => /^[1-9]\d*(:\d+)?$/.test(value)),
    (value, path) => possible(value, path).problems,
);

/** The kind of each option, and what its change costs if it does not replace the pod. */
export const KUBERNETES_SHAPE: Shape<KubernetesOptions> = {
    kubeconfig: costing(
        "in place",
        textThat("the path or the text of a kubeconfig", undefined, () => true),
    ),
    context: textThat("the name of a context in the kubeconfig"),
    // It is only compared, and declares nothing.
    cluster: costing("nothing", textThat("the UID of the cluster's namespace kube-system, in quotes")),
    namespace: needed("the namespace of the manager, which must exist", dnsLabel(63)),
    name: dnsLabel(LONGEST_NAME),
    image: textThat("the name of an image, in small letters, such as gitlab/gitlab-runner:alpine-v19.4.0", (value) =>
        IMAGE.test(value),
    ),
    imagePullSecrets: listOf(name("Secret"), "a list of names of Secrets"),
    replicas: whole(1, MOST_REPLICAS),
    jobNamespaces: costing("in place", listOf(dnsLabel(63), "a list of namespaces")),
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
    certificates: costing("in place", certificates),
    labels,
    annotations,
    stopSignal: flag,
    fleetingInstall: flag,
    metrics: costing("in place", flag),
    serviceMonitor: costing(
        "in place",
        shaped(
            undefined,
            {
                labels,
                interval: textThat("a text with a duration, such as 30s", (value) =>
                    /^(\d+(ms|[smhdwy]))+$/.test(value),
                ),
            },
            { example: '{ labels: { release: prometheus }, interval: "30s" }' },
        ),
    ),
    reloadDelay: costing("in place", duration("2m or 90s")),
    transform: inPrograms(
        shaped<KubernetesTransforms>(
            undefined,
            {
                statefulSet: callback,
                secret: callback,
                serviceAccount: callback,
                role: callback,
                roleBinding: callback,
                podDisruptionBudget: callback,
                service: callback,
                serviceMonitor: callback,
            },
            IN_PROGRAMS,
        ),
    ),
};

/** Problems of the options of a placement on Kubernetes, besides those of single options. */
export function findKubernetesProblems(options: Record<string, unknown>, path: string): Problem[] {
    const says = "a node has. Name a digest, or a version's tag.";
    return [
        ...(IMAGE.test(asText(options.image)) ? findUnpinned(options.image, memberOf(path, "image"), says) : []),
        ...findUnexpanded(options, path, "Kubernetes"),
        ...findTwoPluginPaths(options, path),
    ];
}

/** The pod uses the later of two variables with one name, and plugins would go where nothing can be written. */
function findTwoPluginPaths({ fleetingInstall, environment }: Record<string, unknown>, path: string): Problem[] {
    const own = isMap(environment) ? environment.FLEETING_PLUGIN_PATH : undefined;
    if (fleetingInstall !== true || own === undefined) return [];
    const where = memberOf(path, "environment", "FLEETING_PLUGIN_PATH");
    const message = `cannot stand beside fleetingInstall, which has a place of its own (got ${show(own)}). Remove one of them.`;
    return [error(where, message)];
}
