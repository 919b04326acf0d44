import { isKnownTable } from "../../../../core/config-toml/check-values";
import { asText, isMap } from "../../../../core/values";

/** A rule of a Role. */
export interface Rule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
}

/** A namespace of the manager's own cluster in which its jobs run, and the rights needed there. */
export interface JobNamespace {
    namespace: string;
    rules: Rule[];
}

/** The kubernetes executor's default namespace. executors/kubernetes/kubernetes.go, `DefaultResourceIdentifier`. */
export const DEFAULT_JOB_NAMESPACE = "default";

/** A right that the executor needs in a namespace, and the configuration that makes it necessary. */
interface Need {
    group: string;
    resource: string;
    verbs: readonly string[];
    when?: (table: Table) => boolean;
}

type Table = { feature_flags?: unknown; environment?: unknown; kubernetes: Record<string, unknown> };

const ALL_OF_A_STREAM = ["create", "delete", "get", "patch"];

/** GitLab's own list for gitlab-runner 19.4, which is generated from the calls in its source. */
const NEEDS: readonly Need[] = [
    { group: "", resource: "pods", verbs: ["create", "delete", "get", "list", "watch"] },
    { group: "", resource: "pods/exec", verbs: ALL_OF_A_STREAM },
    { group: "", resource: "pods/attach", verbs: ALL_OF_A_STREAM, when: (table) => !isOn(table, LEGACY) },
    { group: "", resource: "pods/log", verbs: ["get", "list"], when: readsLogs },
    { group: "", resource: "secrets", verbs: ["create", "delete", "get", "update"] },
    { group: "", resource: "serviceaccounts", verbs: ["get"] },
    { group: "", resource: "services", verbs: ["create", "get"] },
    {
        group: "",
        resource: "events",
        verbs: ["list"],
        when: (table) => table.kubernetes.print_pod_warning_events !== false,
    },
    { group: "", resource: "events", verbs: ["watch"], when: (table) => isOn(table, "FF_PRINT_POD_EVENTS") },
    { group: "", resource: "configmaps", verbs: ["create", "delete", "get", "update"], when: suspends },
    { group: "", resource: "namespaces", verbs: ["get"], when: suspends },
    { group: "", resource: "persistentvolumeclaims", verbs: ["create", "delete"], when: suspends },
    {
        group: "policy",
        resource: "poddisruptionbudgets",
        verbs: ["create", "get"],
        when: (table) => table.kubernetes.pod_disruption_budget === true,
    },
];

const LEGACY = "FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY";

/** The jobs' namespaces, each with the rights that its workers need there; empty if no job runs in this cluster. */
export function jobNamespacesOf(workers: readonly unknown[], further: readonly string[] = []): JobNamespace[] {
    const tables = workers.flatMap((worker) => (runsHere(worker) ? [worker] : []));
    if (tables.length === 0) return [];
    const named = tables.map((table) => [namespaceOf(table), table] as const);
    const names = [...new Set([...named.map(([namespace]) => namespace), ...further])];
    return names.map((namespace) => {
        const own = named.filter(([other]) => other === namespace).map(([, table]) => table);
        // If jobs choose a namespace by an overwrite, any worker may send them there.
        return { namespace, rules: rulesFor(further.includes(namespace) ? tables : own) };
    });
}

/** Whether a worker's jobs are pods in the manager's own cluster, created with the manager's ServiceAccount. */
export function runsHere(worker: unknown): worker is Table {
    if (!isKnownTable(worker) || worker.executor !== "kubernetes" || !isMap(worker.kubernetes)) return false;
    const { host, context, bearer_token } = worker.kubernetes;
    return [host, context, bearer_token].every((value) => value === undefined || value === "");
}

/** Namespace in which a worker's jobs run unless a job chooses another. */
export function namespaceOf({ kubernetes }: Table): string {
    return asText(kubernetes.namespace) || DEFAULT_JOB_NAMESPACE;
}

function rulesFor(tables: readonly Table[]): Rule[] {
    const needed = NEEDS.filter(({ when }) => when === undefined || tables.some(when));
    const places = new Map<string, Rule>();
    for (const { group, resource, verbs } of needed) {
        const key = `${group}/${resource}`;
        const rule = places.get(key) ?? { apiGroups: [group], resources: [resource], verbs: [] };
        places.set(key, { ...rule, verbs: [...new Set([...rule.verbs, ...verbs])].sort() });
    }
    return [...places.values()];
}

function suspends(table: Table): boolean {
    return isOn(table, "FF_SUSPENDABLE_ENVIRONMENTS");
}

function readsLogs(table: Table): boolean {
    const flags = ["FF_CONCRETE", "FF_KUBERNETES_HONOR_ENTRYPOINT", "FF_WAIT_FOR_POD_TO_BE_REACHABLE"];
    return !isOn(table, LEGACY) || flags.some((flag) => isOn(table, flag));
}

/** Whether a feature flag is set, in the table's own section or as a variable of all its jobs. */
function isOn({ feature_flags, environment }: Table, flag: string): boolean {
    if (isMap(feature_flags) && feature_flags[flag] !== undefined) return feature_flags[flag] === true;
    const variables = Array.isArray(environment) ? environment : [];
    return variables.some((text) => typeof text === "string" && /^(true|1)$/i.test(variableOf(text, flag)));
}

function variableOf(text: string, name: string): string {
    return text.startsWith(`${name}=`) ? text.slice(name.length + 1) : "";
}
