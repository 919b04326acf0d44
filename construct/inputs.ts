import * as pulumi from "@pulumi/pulumi";
import { deserializeProperty } from "@pulumi/pulumi/runtime/rpc";
import type { WireValue } from "../core/construct";
import { kindOfUrn, nameOfUrn } from "../core/urn";
import { isMap, mapParts, mapValues } from "../core/values";
import { isUnknownText, NO_FILES, OUTPUT, RESOURCE, SECRET, SIGNATURE } from "../core/wire-values";

/** Finds a component that this run of the program has declared, by its URN. */
export type FindComponent = (urn: string) => pulumi.ComponentResource | undefined;

/**
 * Arguments as a TypeScript program would pass them. Known values are plain at every level, because some of them decide
 * what is declared; secret or later values are outputs at exactly their place.
 */
export function toArguments(inputs: Record<string, WireValue>, find: FindComponent): Record<string, unknown> {
    return toPlain(inputs, find) as Record<string, unknown>;
}

function toPlain(value: WireValue, find: FindComponent): unknown {
    if (typeof value === "string") return isUnknownText(value) ? toOutput({}) : value;
    if (Array.isArray(value)) return value.map((item) => toPlain(item, find));
    if (!isMap(value)) return value;
    switch (value[SIGNATURE]) {
        case undefined:
            // In YAML and Python, an omitted value may be written as null. A name without arguments is still a name.
            return mapValues(value, (item) => (item === null ? undefined : toPlain(item as WireValue, find)));
        case SECRET:
            return toOutput({ value: value.value, secret: true });
        case OUTPUT:
            return isPlain(value) ? toPlain(value.value as WireValue, find) : toOutput(value);
        case RESOURCE:
            return find(String(value.urn)) ?? elsewhere(String(value.urn)) ?? toOutput({ value });
        default:
            throw new pulumi.RunError(NO_FILES);
    }
}

/**
 * Whether an output may be replaced by its value. A host wraps a whole list because one resource is in it, and a list
 * of workers must be known. A text or number from another resource stays an output: its digits are an id, and never a
 * path.
 */
function isPlain({ value, secret, dependencies }: Record<string, unknown>): boolean {
    if (value === undefined || secret === true) return false;
    const isOwn = !Array.isArray(dependencies) || dependencies.length === 0;
    return isOwn || (typeof value === "object" && value !== null);
}

/** Of a component that another process of this plugin has declared, only the name is known here. */
function elsewhere(urn: string): undefined {
    if (!isOurs(urn)) return undefined;
    const component = `${kindOfUrn(urn)} ${JSON.stringify(nameOfUrn(urn))}`;
    throw new pulumi.RunError(
        `${component} was declared with another provider, which alone knows it. Give both the same providers.`,
    );
}

const isOurs = (urn: unknown) => /(::|\$)gitlab-fleet:index:[^:$]+::/.test(String(urn));

/** Pulumi itself creates the output. */
function toOutput({ value, ...members }: Record<string, unknown>): unknown {
    const held = value === undefined ? {} : { value: withoutNothing(value) };
    return deserializeProperty({ ...members, ...held, [SIGNATURE]: OUTPUT }, true);
}

/**
 * The value of an output. Nested secrets are unwrapped, because the whole is secret. A nested component becomes its
 * URN: Pulumi would look for a class to create it from.
 */
function withoutNothing(value: unknown): unknown {
    if (!isMap(value)) return mapParts(value, withoutNothing);
    if (value[SIGNATURE] === SECRET) return withoutNothing(value.value);
    if (value[SIGNATURE] === RESOURCE) return isOurs(value.urn) ? value.urn : value;
    const held = Object.entries(value).map(([key, item]) => [key, withoutNothing(item)] as const);
    // An output of null is known; without its value, it would not be.
    return Object.fromEntries(held.filter(([, item]) => item !== null || value[SIGNATURE] === OUTPUT));
}
