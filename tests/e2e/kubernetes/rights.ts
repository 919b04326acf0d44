import { stringify } from "yaml";
import type { Cluster } from "./cluster";

/** What a service account may do in a namespace, as the API server itself says it: `group/resource verb`. */
export async function rightsOf(cluster: Cluster, account: Account, namespace: string): Promise<string[]> {
    const { body } = await cluster
        .as({ token: await tokenOf(cluster, account) })
        .post<RulesReview>("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectRulesReview",
            spec: { namespace },
        });
    const rules = body.status.resourceRules.filter((rule) => !rule.apiGroups.every((group) => ASKING.includes(group)));
    return rules
        .flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
            apiGroups.flatMap((group) =>
                resources.flatMap((resource) =>
                    verbs.map(
                        (verb) =>
                            `${group === "" ? "" : `${group}/`}${resource}${resourceNames ? ` ${resourceNames}` : ""} ${verb}`,
                    ),
                ),
            ),
        )
        .sort();
}

/** Whether a service account may do one thing. The question is one that Kubernetes lets everybody ask about themselves. */
export async function mayDo(
    cluster: Cluster,
    account: Account,
    resourceAttributes: Thing & { verb: string; namespace?: string },
): Promise<boolean> {
    const { body } = await cluster
        .as({ token: await tokenOf(cluster, account) })
        .post<{ status: { allowed: boolean } }>("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectAccessReview",
            spec: { resourceAttributes },
        });
    return body.status.allowed;
}

/** A kubeconfig as which a process outside of the cluster speaks for a service account. */
export async function kubeconfigFor(cluster: Cluster, account: Account): Promise<string> {
    const { url, certificate } = cluster;
    return stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "it", cluster: { server: url, "certificate-authority": certificate } }],
        users: [{ name: "it", user: { token: await tokenOf(cluster, account) } }],
        contexts: [{ name: "it", context: { cluster: "it", user: "it", namespace: account.namespace } }],
        "current-context": "it",
    });
}

/** What rights are about. */
export interface Thing {
    resource: string;
    group?: string;
    subresource?: string;
}

/** A service account by its name. */
export interface Account {
    namespace: string;
    name: string;
}

/** Groups in which every account of a cluster may ask about itself. */
const ASKING = ["authorization.k8s.io", "authentication.k8s.io"];

interface RulesReview {
    status: {
        resourceRules: { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] }[];
    };
}

async function tokenOf(cluster: Cluster, { namespace, name }: Account): Promise<string> {
    const { status, body } = await cluster
        .as("admin")
        .post<{ status: { token: string } }>(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
            apiVersion: "authentication.k8s.io/v1",
            kind: "TokenRequest",
            spec: {},
        });
    if (status !== 201) throw new Error(`no token for ${namespace}/${name}: ${JSON.stringify(body)}`);
    return body.status.token;
}
