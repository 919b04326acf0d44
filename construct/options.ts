import * as pulumi from "@pulumi/pulumi";
import type { ConstructRequest } from "../core/construct";

/** Options of a component, as a TypeScript program would have given them. */
export function toOptions(given: ConstructRequest["options"]): pulumi.ComponentResourceOptions {
    const { parent, aliases, dependsOn, providers, protect, ignoreChanges, replaceOnChanges } = given;
    return {
        parent: parent === "" ? undefined : new pulumi.DependencyResource(parent),
        aliases: aliases as pulumi.Alias[],
        dependsOn: dependsOn.map((urn) => new pulumi.DependencyResource(urn)),
        providers: Object.fromEntries(
            Object.entries(providers).map(([name, reference]) => [
                name,
                new pulumi.DependencyProviderResource(reference),
            ]),
        ),
        protect,
        ignoreChanges,
        replaceOnChanges,
        retainOnDelete: given.retainOnDelete,
        deletedWith: given.deletedWith === "" ? undefined : new pulumi.DependencyResource(given.deletedWith),
    };
}
