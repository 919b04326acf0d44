import { RESOURCE_KEY } from "../../components/common/kinds";
import { type JsonSchema, optionsOf } from "../../components/common/shape";
import type { PropertySpec } from "./outputs";

/** A type of a Pulumi package schema: a map with known keys. */
export interface ObjectSpec {
    type: "object";
    properties: Record<string, PropertySpec>;
    required?: string[];
}

/** Types by name, added as they occur. */
export type Types = Record<string, ObjectSpec>;

const ANY: PropertySpec = { $ref: "pulumi.json#/Any" };

/** Names of the maps under a key, wherever the key occurs. */
const NAMES: Record<string, string> = {
    adopt: "AdoptedRunner",
    allow: "AllowedJobs",
    claim: "ClaimedRunners",
    consumers: "AllowedJobs",
    docker: "DockerOptions",
    exclusive: "FleetExclusive",
    grantMembership: "MembershipGrant",
    keep: "KeptRunners",
    kubernetes: "KubernetesOptions",
    log: "ContainerLog",
    managers: "FleetManager",
    online: "OnlineWait",
    placement: "Placement",
    proxy: "ContainerProxy",
    registries: "FleetRegistry",
    registryAuth: "RegistryLogin",
    resources: "PodResources",
    runners: "FleetRunner",
    scope: "RunnerScope",
    serviceMonitor: "ServiceMonitor",
    ssh: "SshHostOptions",
    workers: "Worker",
};

/** The properties of a map, in a Pulumi schema; types that they need are added to `types`. */
export function toProperties(schema: JsonSchema, types: Types): ObjectSpec {
    const { properties = {}, required } = schema;
    return {
        type: "object",
        properties: Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [key, toProperty(key, value, types)]),
        ),
        ...(required === undefined || required.length === 0 ? {} : { required }),
    };
}

function toProperty(key: string, schema: JsonSchema, types: Types): PropertySpec {
    const { description } = schema as { description?: string };
    const type = toType(key, schema, types);
    return description === undefined ? type : { ...type, description };
}

function toType(key: string, schema: JsonSchema, types: Types): PropertySpec {
    if (typeof schema[RESOURCE_KEY] === "string") return { $ref: `#/resources/${schema[RESOURCE_KEY]}` };
    const options = optionsOf(schema);
    const maps = options.filter(({ properties }) => properties !== undefined);
    const others = options.filter(({ properties }) => properties === undefined);
    const all = [
        ...others.map((option) => toOne(key, option, types)),
        ...(maps.length === 0 ? [] : [toNamed(key, merge(maps), types)]),
    ];
    const different = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
    if (different.length === 1) return different[0]!;
    // Generators support a union of texts, numbers and maps; with lists in it, each of them generates something
    // different.
    const isSimple = different.every(({ items, additionalProperties }) => !items && !additionalProperties);
    return isSimple ? { oneOf: different } : ANY;
}

function toOne(key: string, schema: JsonSchema, types: Types): PropertySpec {
    const { type, items, additionalProperties } = schema;
    if (schema.const !== undefined) return { type: typeof schema.const };
    if (type === "array") return { type, items: toType(key, items!, types) };
    if (type === "object") {
        return { type, additionalProperties: toType(key, additionalProperties as JsonSchema, types) };
    }
    return type === undefined ? ANY : { type: type as string };
}

/** Merges several maps into one with all their keys: the component itself reports which keys exclude each other. */
function merge(maps: JsonSchema[]): JsonSchema {
    const needed = maps.map(({ required }) => new Set(required ?? []));
    const properties: Record<string, JsonSchema> = Object.assign({}, ...maps.map((map) => map.properties));
    return { properties, required: Object.keys(properties).filter((key) => needed.every((keys) => keys.has(key))) };
}

function toNamed(key: string, schema: JsonSchema, types: Types): PropertySpec {
    const name = nameOf(key, schema);
    const token = `gitlab-fleet:index:${name}`;
    const spec = toProperties(schema, types);
    const known = types[token];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(spec)) {
        throw new Error(`Two different maps are called ${name}. Give the one under "${key}" a name of its own.`);
    }
    types[token] = spec;
    return { $ref: `#/types/${token}` };
}

function nameOf(key: string, { properties }: JsonSchema): string {
    if (key === "scope" && "projectsBelow" in (properties as object)) return "ExclusivePlace";
    const name = NAMES[key];
    if (name === undefined) throw new Error(`The map under "${key}" needs a name: add it to NAMES.`);
    return name;
}
