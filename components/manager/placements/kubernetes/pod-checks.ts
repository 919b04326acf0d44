import { didYouMean } from "../../../../core/suggest";
import { isMap, show, textOf } from "../../../../core/values";
import { type Check, listOf, mapOf, oneOf, shaped, shapeOf, text, textLike, type Wrong } from "../option-checks";

/** As the API server takes them: apimachinery, `resource.Quantity`. */
const QUANTITY = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+|n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
/** A label's or annotation's key: an optional domain, and a name. */
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
/** What is ours among labels and annotations: pods are found by it. */
const OURS = /^(app\.kubernetes\.io\/(name|instance)|gitlab-fleet\.com\/.*)$/;
/** What a container may ask for besides huge pages and what a domain stands before. */
const RESOURCES = ["cpu", "memory", "ephemeral-storage"];

function whyNotKey(key: string): string | undefined {
    if (LABEL_KEY.test(key)) return undefined;
    return `is no key that Kubernetes takes (got ${show(key)}). Use at most 63 letters, digits, -, _ and ., after a domain and / or without.`;
}

function whyNotTheirs(key: string): string | undefined {
    return OURS.test(key) ? `is set by gitlab-fleet itself (got ${show(key)}). Remove it.` : whyNotKey(key);
}

const labelValue = textLike(
    LABEL_VALUE,
    "a text of at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit",
);

/** Labels of what is made. */
export const labels = mapOf(labelValue, 'labels by key, such as { "team": "ci" }', whyNotTheirs);

/** Labels that a node must have, whoever has put them there. */
export const nodeSelector = mapOf(labelValue, 'labels of nodes, such as { "pool": "ci" }', whyNotKey);

export const annotations = mapOf(
    (value) => (typeof value === "string" ? undefined : "a text"),
    "texts by key",
    whyNotTheirs,
);

const findAmounts = (value: unknown) => {
    if (!isMap(value)) return "amounts such as { cpu: 500m, memory: 256Mi }";
    return Object.entries(value).flatMap(([name, amount]): Wrong[] => {
        const isKnown = RESOURCES.includes(name) || name.startsWith("hugepages-") || name.includes("/");
        const remedy = didYouMean(name, RESOURCES) || ` Use one of ${RESOURCES.join(", ")}, or one with a domain.`;
        if (!isKnown) return [{ at: [name], message: `is nothing that a node has.${remedy}` }];
        const isBytes = name === "memory" || name === "ephemeral-storage" || name.startsWith("hugepages-");
        const got = show(amount);
        if (!QUANTITY.test(textOf(amount))) {
            const example = isBytes ? "256Mi or 1Gi" : "500m or 2";
            return [{ at: [name], message: `must be an amount such as ${example} (got ${got}). Correct it.` }];
        }
        if (!isBytes || !/[num]$/.test(textOf(amount))) return [];
        const meant = textOf(amount).replace(/[num]$/, "Mi");
        return [{ at: [name], message: `is a fraction of a byte (got ${got}). Write ${meant}.` }];
    });
};

/** Of resources by name. */
const amounts = shaped(({ z }) => z.record(z.string(), z.string()), findAmounts);

const shape = shapeOf(
    { requests: amounts, limits: amounts },
    "{ requests, limits }, such as { requests: { cpu: 500m } }",
);

/** What the pod asks for and may use; nothing is asked for beyond what may be used. */
export const resources = shaped(shape.shape!, (value) => {
    const wrong = shape(value);
    if (!Array.isArray(wrong) || wrong.length > 0 || !isMap(value)) return wrong;
    const { requests, limits } = value;
    if (!isMap(requests) || !isMap(limits)) return [];
    return Object.entries(requests).flatMap(([name, asked]): Wrong[] => {
        const most = limits[name];
        if (most === undefined || toNumber(textOf(asked)) <= toNumber(textOf(most)) * ALMOST_ONE) return [];
        const message = `is above its limit (got ${show(asked)}, the limit is ${show(most)}). Raise one or lower the other.`;
        return [{ at: ["requests", name], message }];
    });
});

/** 700m and 0.7 are the same, though not in floating point. */
const ALMOST_ONE = 1 + 1e-9;
const SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

function toNumber(quantity: string): number {
    const [, amount, unit = ""] = /^([\d.]+)(.*)$/.exec(quantity) ?? [];
    if (/^[eE][+-]?\d/.test(unit)) return Number(quantity);
    const power = SUFFIXES.indexOf(unit.replace(/i$/, "").replace("K", "k")) - SUFFIXES.indexOf("");
    return Number(amount) * (unit.endsWith("i") ? 1024 : 1000) ** power;
}

const whole = (least: number): Check => {
    return (value) =>
        Number.isInteger(value) && Number(value) >= least ? undefined : `a whole number from ${least} on`;
};
/** A map as Kubernetes' own documentation describes it, and the API server checks it: in a configuration it may be any. */
const asInPods = (...of: Parameters<typeof shapeOf>) =>
    shaped(({ z }) => z.record(z.string(), z.unknown()), shapeOf(...of));
const anyMap = (value: unknown) => (isMap(value) ? undefined : "a map, spelt as in a pod");
const honored = oneOf(["Honor", "Ignore"]);

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling; `Lt` and `Gt` are of 1.35. */
export const tolerations = listOf(
    asInPods(
        {
            key: (value) => (typeof value === "string" ? undefined : "a text: the key of a taint"),
            operator: oneOf(["Exists", "Equal", "Lt", "Gt"]),
            value: (value) => (typeof value === "string" ? undefined : "a text: the value of a taint"),
            effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
            tolerationSeconds: whole(0),
        },
        "a toleration, such as { key: ci, operator: Exists }",
    ),
    "a list of tolerations, such as [{ key: ci, operator: Exists }]",
);

const SPREAD = "{ topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway }";

export const topologySpreadConstraints = listOf(
    asInPods(
        {
            maxSkew: whole(1),
            topologyKey: text("a text: the key of a label of nodes"),
            whenUnsatisfiable: oneOf(["DoNotSchedule", "ScheduleAnyway"]),
            minDomains: whole(1),
            labelSelector: anyMap,
            matchLabelKeys: listOf(text("a text: the key of a label"), "a list of keys of labels"),
            nodeAffinityPolicy: honored,
            nodeTaintsPolicy: honored,
        },
        SPREAD,
        ["maxSkew", "topologyKey", "whenUnsatisfiable"],
    ),
    `a list such as [${SPREAD}]`,
);

export const affinity = asInPods(
    { nodeAffinity: anyMap, podAffinity: anyMap, podAntiAffinity: anyMap },
    "a map: nodeAffinity, podAffinity, podAntiAffinity",
);
