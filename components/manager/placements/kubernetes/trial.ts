import * as pulumi from "@pulumi/pulumi";
import { isMap, mapParts } from "../../../../core/values";
import { hangsOnResources } from "../reach";

/**
 * Objects as JSON, for the API server to try before the runners are created. They must not depend on resources, which
 * may be the runners: annotations that do are left out, and if anything else does, returns undefined and nothing is
 * tried.
 */
export function forTrial(all: readonly object[]): pulumi.Input<string>[] | undefined {
    const known = all.map(withoutLateAnnotations);
    if (hangsOnResources(known)) return undefined;
    return known.map((args) => pulumi.output(args as object).apply((found: object) => JSON.stringify(found)));
}

function withoutLateAnnotations(value: unknown): unknown {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return value;
    return mapParts(value, (part, key) =>
        key === "annotations" && isMap(part)
            ? Object.fromEntries(Object.entries(part).filter(([, text]) => !hangsOnResources(text)))
            : withoutLateAnnotations(part),
    );
}
