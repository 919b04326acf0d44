import { findPlainSecrets } from "../components/fleet/config/plain-secrets";
import { attempt } from "../core/attempt";
import { hasLogin } from "../core/config-toml/secret-leaves";
import type { ServedFacts } from "../core/config-toml/types";
import { isId, type Reference } from "../core/reference";
import { isMap, looksLikeToken, memberOf } from "../core/values";
import type { Facts, ManagerFacts, OpenText } from "./rules/rule";

/** A resource from the engine. Secrets and values that are not known yet are symbols. */
export interface Resource {
    type: string;
    name: string;
    props: Record<string, unknown>;
}

/** The facts about one resource, for the rules. */
export type FactsOfOne = { [K in keyof Facts]?: Facts[K] };

/** Facts from a resource's inputs, before anything is changed. */
export function factsOf(resource: Resource): FactsOfOne {
    return { ...READERS[resource.type]?.(resource), open: openTextsIn(resource) };
}

/** Facts that are known only at the end, because a component's inputs are those of its program. */
export function factsAtEnd({ type, name, props }: Resource): FactsOfOne {
    if (type !== "gitlab-fleet:index:JobTokenAllowlist" || !Array.isArray(props.groups)) return {};
    const groups = props.groups.filter((one): one is string => typeof one === "string" && !isId(one as Reference));
    return { list: { name, groups } };
}

/** Secrets in plain text in the stack's configuration; `secretKeys` are the encrypted keys. */
export function openInConfig(config: Readonly<Record<string, string>>, secretKeys: readonly string[]): OpenText[] {
    const values = Object.fromEntries(Object.entries(config).map(([key, text]) => [key, parsed(text)]));
    return findPlainSecrets(values, secretKeys, () => undefined).map(({ path, message }) => ({
        ...{ name: path, path, message, saysHow: true },
    }));
}

const READERS: Record<string, (resource: Resource) => FactsOfOne> = {
    "gitlab-fleet:index:ManagerFiles": readManager,
    "gitlab-fleet:index:ManagerVolume": readManager,
    "gitlab-fleet:index:ManagerPod": readManager,
    "gitlab:index/userRunner:UserRunner": ({ name, props }) => ({
        runner: { name, runUntagged: flag(props.untagged), accessLevel: text(props.accessLevel) },
    }),
    "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes": ({ name, props }) => ({
        list: { name, enabled: flag(props.enabled), groups: [] },
    }),
    "gitlab-fleet:index:ExclusiveRunners": ({ name, props }) => ({
        scope: {
            ...{ name, foreign: text(props.foreign) },
            limit: typeof props.limit === "number" ? props.limit : undefined,
        },
    }),
};

/** The path of a manager's image, by the type of resource that has it. */
const IMAGE_PATHS: Record<string, string> = {
    "gitlab-fleet:index:ManagerVolume": "placement.docker.image",
    "gitlab-fleet:index:ManagerPod": "placement.kubernetes.image",
};

function readManager({ type, name, props }: Resource): { manager: ManagerFacts } {
    const settings = isMap(props.settings) ? props.settings : {};
    const serves = isMap(props.serves) ? props.serves : {};
    const workers = Object.entries(isMap(settings.workers) ? settings.workers : {});
    return {
        manager: {
            ...{ name, global: settings.global, image: text(props.imageName), imagePath: IMAGE_PATHS[type] },
            workers: workers.map(([worker, config]) => ({
                name: worker,
                config: isMap(config) ? config : {},
                runner: (isMap(serves[worker]) ? serves[worker] : {}) as ServedFacts,
            })),
        },
    };
}

/** Plain texts in a resource's inputs, which everybody with access to the state can read. */
function openTextsIn({ name, props }: Resource): OpenText[] {
    const found: OpenText[] = [];
    const walk = (value: unknown, path: string) => {
        if (typeof value === "string" && (looksLikeToken(value) || hasLogin(value))) {
            found.push({
                name,
                path,
                message: `holds a token or a password in the open (${value.length} characters).`,
            });
        } else if (Array.isArray(value)) {
            for (const [index, item] of value.entries()) walk(item, memberOf(path, index));
        } else if (isMap(value)) {
            for (const [key, item] of Object.entries(value)) walk(item, memberOf(path, key));
        }
    };
    walk(props, "");
    return found;
}

function parsed(value: string): unknown {
    return /^[[{]/.test(value) ? (attempt((): unknown => JSON.parse(value)) ?? value) : value;
}

function text(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
    return typeof value === "boolean" ? value : undefined;
}
