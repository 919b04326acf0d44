import { error } from "../../../../core/problems";
import { didYouMean } from "../../../../core/suggest";
import { asText, isKnownLater, isMap, memberOf, show } from "../../../../core/values";
import { choice, text, textThat, whole } from "../../../common/kinds";
import { mapOf, shaped } from "../../../common/maps";
import { also, kindOf, listOf, must, needed, type Shape } from "../../../common/shape";

/** The format that the API server accepts: apimachinery, `resource.Quantity`. */
const QUANTITY = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+|n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
/** Key of a label or annotation: an optional domain, and a name. */
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
/** Our own labels and annotations, by which pods are found. */
const OURS = /^(app\.kubernetes\.io\/(name|instance)|gitlab-fleet\.com\/.*)$/;
/** Resources that a container may request, besides huge pages and names with a domain. */
const RESOURCES = ["cpu", "memory", "ephemeral-storage"];

function whyNotKey(key: string): string | undefined {
    if (LABEL_KEY.test(key)) return undefined;
    return `is not a key that Kubernetes accepts (got ${show(key)}). Use at most 63 letters, digits, -, _ and ., after a domain and / or without.`;
}

function whyNotTheirs(key: string): string | undefined {
    return OURS.test(key) ? `is set by gitlab-fleet itself (got ${show(key)}). Remove it.` : whyNotKey(key);
}

const labelValue = textThat(
    "a text of at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit",
    (value) => LABEL_VALUE.test(value),
);

export const labels = mapOf(labelValue, 'labels by key, such as { "team": "ci" }', whyNotTheirs);

/** Labels that a node must have, whoever set them. */
export const nodeSelector = mapOf(labelValue, 'labels of nodes, such as { "pool": "ci" }', whyNotKey);

export const annotations = mapOf(text, "texts by key", whyNotTheirs);

const amounts = also(mapOf(text, "amounts such as { cpu: 500m, memory: 256Mi }", whyNotResource), (value, path) =>
    Object.entries(value as Record<string, unknown>).flatMap(([name, amount]) => {
        if (isKnownLater(amount)) return [];
        const isBytes = name !== "cpu" && !name.includes("/");
        const [where, got] = [memberOf(path, name), show(amount)];
        if (!QUANTITY.test(asText(amount))) {
            const example = isBytes ? "256Mi or 1Gi" : "500m or 2";
            return [error(where, `must be an amount such as ${example} (got ${got}). Correct it.`)];
        }
        if (!isBytes || !/[num]$/.test(asText(amount))) return [];
        const meant = asText(amount).replace(/[num]$/, "Mi");
        return [error(where, `is a fraction of a byte (got ${got}). Write ${meant}.`)];
    }),
);

function whyNotResource(name: string): string | undefined {
    if (RESOURCES.includes(name) || name.startsWith("hugepages-") || name.includes("/")) return undefined;
    const remedy = didYouMean(name, RESOURCES) || ` Use one of ${RESOURCES.join(", ")}, or one with a domain.`;
    return `is nothing that a node has.${remedy}`;
}

/** What the pod requests and its limits; a request must not exceed its limit. */
export const resources = also(
    shaped(undefined, { requests: amounts, limits: amounts }, { example: "{ requests: { cpu: 500m } }" }),
    (value, path) => {
        const { requests, limits } = value as Record<string, unknown>;
        if (!isMap(requests) || !isMap(limits)) return [];
        return Object.entries(requests).flatMap(([name, asked]) => {
            const most = limits[name];
            if (most === undefined || [asked, most].some(isKnownLater)) return [];
            if (toNumber(asText(asked)) <= toNumber(asText(most)) * ALMOST_ONE) return [];
            const message = `is above its limit (got ${show(asked)}, the limit is ${show(most)}). Raise one or lower the other.`;
            return [error(memberOf(path, "requests", name), message)];
        });
    },
);

/** 700m and 0.7 are equal, but not in floating point. */
const ALMOST_ONE = 1 + 1e-9;
const SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

function toNumber(quantity: string): number {
    const [, amount, unit = ""] = /^([\d.]+)(.*)$/.exec(quantity) ?? [];
    if (/^[eE][+-]?\d/.test(unit)) return Number(quantity);
    const power = SUFFIXES.indexOf(unit.replace(/i$/, "").replace("K", "k")) - SUFFIXES.indexOf("");
    return Number(amount) * (unit.endsWith("i") ? 1024 : 1000) ** power;
}

/** A map as Kubernetes documents it and the API server checks it; the schema for editors allows any map. */
function asInPods(example: string, shape: Shape<Record<string, unknown>>) {
    return kindOf<Record<string, unknown>>(shaped(undefined, shape, { example }), {
        type: "object",
        additionalProperties: {},
    });
}
const anyMap = must("a map, spelt as in a pod", { type: "object" }, isMap);
const honored = choice(["Honor", "Ignore"]);

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling; `Lt`, `Gt` since 1.35 */
export const tolerations = listOf(
    asInPods("{ key: ci, operator: Exists }", {
        key: text,
        operator: choice(["Exists", "Equal", "Lt", "Gt"]),
        value: text,
        effect: choice(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
        tolerationSeconds: whole(0),
    }),
    "a list of tolerations, such as [{ key: ci, operator: Exists }]",
);

const SPREAD = "{ topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway }";

export const topologySpreadConstraints = listOf(
    asInPods(SPREAD, {
        maxSkew: needed("a whole number: 1", whole(1)),
        topologyKey: needed("the key of a label of nodes", textThat("a text: the key of a label of nodes")),
        whenUnsatisfiable: needed("DoNotSchedule or ScheduleAnyway", choice(["DoNotSchedule", "ScheduleAnyway"])),
        minDomains: whole(1),
        labelSelector: anyMap,
        matchLabelKeys: listOf(textThat("a text: the key of a label"), "a list of keys of labels"),
        nodeAffinityPolicy: honored,
        nodeTaintsPolicy: honored,
    }),
    `a list such as [${SPREAD}]`,
);

export const affinity = asInPods("{ nodeAffinity: … }, spelt as in a pod", {
    nodeAffinity: anyMap,
    podAffinity: anyMap,
    podAntiAffinity: anyMap,
});
