import { isDistrust, whyNotConnected } from "../../core/distrust";
import { isMap, show } from "../../core/values";
import { ClusterApi } from "./api";
import type { ClusterConnection } from "./kubeconfig";
import { missingFor } from "./named-objects";
import type { Place } from "./own-objects";
import { type Trial, tryOut } from "./trial";

/** Objects of a kind that are made in a namespace. */
export interface Right {
    namespace: string;
    /** API group; empty for the core. */
    group: string;
    /** As the API spells it: `secrets`. */
    resource: string;
}

/** What the kubernetes provider does with an object from its making to its end. Without `list` and `watch` it waits in vain. */
const LOOK = ["get", "list", "watch"] as const;
const VERBS = [...LOOK, "create", "patch", "delete"] as const;
/** Of what is not made, but looked at while something else is waited for: the pods of a StatefulSet. */
const LOOKED_AT: Readonly<Record<string, { group: string; resource: string }>> = {
    statefulsets: { group: "", resource: "pods" },
};

/** What a look at a cluster has found: why nothing can be made there, as far as its API tells, and what it says besides. */
export interface Look extends Trial {
    /** Address of its API, where that is known. */
    server?: string;
    /** UIDs of namespaces by their names, as far as this login sees them. No other cluster has these. */
    uids: Record<string, string>;
}

/** The namespace that every cluster has, from its beginning to its end. */
export const FIRST_NAMESPACE = "kube-system";

/**
 * Looks at a cluster, and changes nothing.
 *
 * @param tried objects, as JSON, that the API server is to try without making them
 * @param made what is made with StatefulSets among them, which need the rest of what they name; absent where that is not asked
 */
export async function lookAt(
    connection: ClusterConnection,
    rights: readonly Right[],
    env: NodeJS.ProcessEnv = process.env,
    tried: readonly string[] = [],
    made?: readonly Place[],
): Promise<Look> {
    const seen: Look = { uids: {}, warnings: [] };
    let api: ClusterApi;
    try {
        api = ClusterApi.of(connection, env);
    } catch (error) {
        return { ...seen, why: `The cluster is not known: ${(error as Error).message}` };
    }
    seen.server = api.server;
    try {
        const why = await ask(api, rights, seen.uids);
        // Without a login nothing is tried.
        if (why !== undefined || api.cannotLogIn !== undefined) return { ...seen, why };
        const trial = await tryOut(api, tried);
        if (trial.why !== undefined || made === undefined) return { ...seen, ...trial };
        return { ...seen, ...trial, ...(await lookForNamed(api, tried, made, trial.warnings)) };
    } catch (error) {
        const words = whyNotConnected(error as NodeJS.ErrnoException);
        const remedy = isDistrust((error as NodeJS.ErrnoException).code ?? "")
            ? "Put its authority into the kubeconfig (certificate-authority), or have Node.js know it: NODE_EXTRA_CA_CERTS=<file>."
            : "Is it running, and is this the right context? Name another one in placement.kubernetes.context.";
        return { ...seen, why: `The cluster ${api.server} cannot be reached (${words}). ${remedy}` };
    } finally {
        await api.close();
    }
}

/** What pods name and is not there: without it they wait, and the rollout with them, until its time is over. */
async function lookForNamed(
    api: ClusterApi,
    tried: readonly string[],
    made: readonly Place[],
    warnings: readonly string[],
): Promise<Trial> {
    const { needed, spare } = await missingFor(
        api,
        tried.map((text) => JSON.parse(text) as Record<string, unknown>),
        made,
    );
    const said = spare.map((one) => `it has no ${one}, which the pod names.`);
    if (needed.length === 0) return { warnings: [...warnings, ...said] };
    const why =
        `The cluster ${api.server} has no ${needed.join(", and no ")}, without which the manager's pod does not run. ` +
        "Make it first, or correct placement.kubernetes. If this program makes it, have the manager wait for it (dependsOn).";
    return { why, warnings: [...warnings, ...said] };
}

async function ask(
    api: ClusterApi,
    rights: readonly Right[],
    uids: Record<string, string>,
): Promise<string | undefined> {
    const { status } = await api.ask("/version");
    // A login of a kind that only the kubernetes provider knows: that somebody answers is all that can be found out.
    if (api.cannotLogIn !== undefined) return undefined;
    if (status === 401) {
        return `The cluster ${api.server} does not know this login (401). Log in again, or correct placement.kubernetes.kubeconfig.`;
    }
    const namespaces = [...new Set(rights.map(({ namespace }) => namespace))];
    const missing = await filter([...new Set([...namespaces, FIRST_NAMESPACE])], async (namespace) => {
        const { status, body } = await api.ask(`/api/v1/namespaces/${encodeURIComponent(namespace)}`);
        const uid = isMap(body.metadata) ? body.metadata.uid : undefined;
        if (status === 200 && typeof uid === "string") uids[namespace] = uid;
        // Whoever may not look at a namespace, gets a 403, and may well work in it.
        return status === 404 && namespaces.includes(namespace);
    });
    if (missing.length > 0) {
        const names = missing.map((name) => show(name)).join(", ");
        return (
            `The cluster ${api.server} has no namespace ${names}. Make it first (kubectl create namespace …), ` +
            "or correct placement.kubernetes or the worker's kubernetes.namespace."
        );
    }
    const rules = await rulesIn(api, namespaces);
    const asked = rights.flatMap((right) => {
        const beside = LOOKED_AT[right.resource];
        const looked = beside === undefined ? [] : LOOK.map((verb) => ({ ...right, ...beside, verb }));
        return [...VERBS.map((verb) => ({ ...right, verb })), ...looked];
    });
    const forbidden = await filter(asked, async (right) => !rules(right) && !(await isAllowed(api, right)));
    if (forbidden.length === 0) return undefined;
    const verbs = new Map<string, string[]>();
    for (const { verb, group, resource, namespace } of forbidden) {
        const what = `${resource}${group && `.${group}`} in namespace ${namespace}`;
        verbs.set(what, [...(verbs.get(what) ?? []), verb]);
    }
    const list = [...verbs].map(([what, those]) => `${those.join(", ")} ${what}`);
    return (
        `The cluster ${api.server} forbids this login to ${list.join("; ")}. Give it a Role there, or another login in ` +
        "placement.kubernetes.kubeconfig."
    );
}

interface Rule {
    verbs?: string[];
    apiGroups?: string[];
    resources?: string[];
    resourceNames?: string[];
}

/**
 * What a login may do in namespaces by the rules that are known of it, which is one request for each and not one for each verb. They
 * allow what they name; of what they do not, or where the API server says that it does not know all of them, nothing is known.
 */
async function rulesIn(
    api: ClusterApi,
    namespaces: readonly string[],
): Promise<(right: Right & { verb: string }) => boolean> {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    const known = await Promise.all(
        namespaces.map(async (namespace) => {
            const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview" };
            const { status, body } = await api.ask(path, { ...review, spec: { namespace } });
            const { incomplete, resourceRules } = isMap(body.status) ? body.status : {};
            const whole = status < 300 && incomplete !== true && Array.isArray(resourceRules);
            return [namespace, whole ? (resourceRules as unknown[]).filter(isMap) : []] as [string, Rule[]];
        }),
    );
    const rules = new Map(known);
    const has = (list: string[] | undefined, item: string) =>
        Array.isArray(list) && (list.includes(item) || list.includes("*"));
    return ({ namespace, group, resource, verb }) =>
        (rules.get(namespace) ?? []).some(
            ({ verbs, apiGroups, resources, resourceNames }) =>
                has(verbs, verb) && has(apiGroups, group) && has(resources, resource) && !resourceNames?.length,
        );
}

async function isAllowed(api: ClusterApi, { verb, group, resource, namespace }: Right & { verb: string }) {
    const { status, body } = await api.ask("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { namespace, verb, group, resource } },
    });
    // A cluster that answers no reviews forbids nothing by that.
    return status >= 300 || !isMap(body.status) || body.status.allowed === true;
}

async function filter<T>(all: readonly T[], isOne: (each: T) => Promise<boolean>): Promise<T[]> {
    const found = await Promise.all(all.map(isOne));
    return all.filter((_, index) => found[index]);
}
