import { mapValues } from "../../core/values";
import type { TypeSpec } from "../schema-check";

interface PropertySpec extends TypeSpec {
    description?: string;
    secret?: boolean;
    willReplaceOnChanges?: boolean;
}

type Properties = Record<string, PropertySpec>;

interface ShortResource {
    inputProperties: Properties;
    /** Inputs that the state does not keep. */
    notKept?: readonly string[];
    /** What the state has besides its inputs. */
    outputs?: Properties;
}

/** A package's schema as it stands here: a property that is an input and an output is said once. */
export interface ShortSchema {
    /** Whether the published package is made from a provider of Terraform's: then its schema says some things more often. */
    bridged?: boolean;
    provider: { inputProperties: Properties };
    resources: Record<string, ShortResource>;
}

/** The schema as Pulumi's generators read it. */
export function wholeSchema({ bridged = false, provider, ...rest }: ShortSchema) {
    const { inputProperties } = provider;
    return {
        ...rest,
        ...(bridged && { config: { variables: inputProperties } }),
        provider: { ...provider, ...(bridged && { properties: inputProperties }) },
        resources: mapValues(rest.resources, ({ notKept = [], outputs = {}, ...resource }: ShortResource) => {
            const kept = Object.entries(resource.inputProperties).filter(([name]) => !notKept.includes(name));
            return {
                ...resource,
                properties: { ...mapValues(Object.fromEntries(kept), asOutput), ...outputs },
                ...(bridged && {
                    stateInputs: { type: "object", properties: { ...Object.fromEntries(kept), ...outputs } },
                }),
            };
        }),
    };
}

function asOutput({ description: _, willReplaceOnChanges: __, ...property }: PropertySpec): PropertySpec {
    return property;
}
