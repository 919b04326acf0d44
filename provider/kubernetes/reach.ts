import { isDistrust, whyNotConnected } from "../../core/distrust";
import { isMap, show } from "../../core/values";
import { ClusterApi } from "./api";
import type { ClusterConnection } from "./kubeconfig";
import { missingFor } from "./named-objects";
import type { Place } from "./own-objects";
import { type Trial, tryOut } from "./trial";

/** A kind of object that is created in a namespace. */
export interface Right {
    namespace: string;
    /** API group; empty for the core group. */
    group: string;
    /** As the API spells it: `secrets`. */
    resource: string;
}

/**
 * The verbs that the kubernetes provider uses during an object's life. Without `list` and `watch`, its waits never end.
 */
const LOOK = ["get", "list", "watch"] as const;
const VERBS = [...LOOK, "create", "patch", "delete"] as const;
/** Objects that are not created, but watched while something else is awaited: the pods of a StatefulSet. */
const LOOKED_AT: Readonly<Record<string, { group: string; resource: string }>> = {
    statefulsets: { group: "", resource: "pods" },
};

/** The result of a look at a cluster: why nothing can be created there, as far as its API tells, and its warnings. */
export interface Look extends Trial {
    /** Address of its API, if known. */
    server?: string;
    /** UIDs of namespaces by name, as far as this login sees them. They are unique to the cluster. */
    uids: Record<string, string>;
}

/** The namespace that every cluster has throughout its life. */
export const FIRST_NAMESPACE = "kube-system";

/**
 * Checks a cluster, and changes nothing.
 *
 * @param tried objects, as JSON, for a dry run by the API server
 * @param made what is created together with the StatefulSets; everything else that they name must exist. Absent: not
 * checked
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
        // Without a login, there is no dry run.
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

/** Missing objects that pods name: without them the pods wait, and so does the rollout, until its timeout. */
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
    // A kind of login that only the kubernetes provider knows: all that can be found out is that something answers.
    if (api.cannotLogIn !== undefined) return undefined;
    if (status === 401) {
        return `The cluster ${api.server} does not know this login (401). Log in again, or correct placement.kubernetes.kubeconfig.`;
    }
    const namespaces = [...new Set(rights.map(({ namespace }) => namespace))];
    const missing = await filter([...new Set([...namespaces, FIRST_NAMESPACE])], async (namespace) => {
        const { status, body } = await api.ask(`/api/v1/namespaces/${encodeURIComponent(namespace)}`);
        const uid = isMap(body.metadata) ? body.metadata.uid : undefined;
        if (status === 200 && typeof uid === "string") uids[namespace] = uid;
        // Without the right to read a namespace, the answer is 403, although the login may well work in it.
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
 * What a login may do in namespaces, according to its rules: one request per namespace instead of one per verb. A rule
 * allows what it names. Nothing is known about everything else, or if the API server says that its list is incomplete.
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
    // If a cluster does not answer reviews, that does not mean that anything is forbidden.
    return status >= 300 || !isMap(body.status) || body.status.allowed === true;
}

async function filter<T>(all: readonly T[], isOne: (each: T) => Promise<boolean>): Promise<T[]> {
    const found = await Promise.all(all.map(isOne));
    return all.filter((_, index) => found[index]);
}
