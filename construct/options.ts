import * as pulumi from "@pulumi/pulumi";
import type { ConstructRequest } from "../core/construct";

/** The providers of one run of a program, by reference: what is kept for each provider must meet where components share it. */
export type Providers = Map<string, pulumi.ProviderResource>;

/** Options of a component, as a TypeScript program would have given them. */
export function toOptions(given: ConstructRequest["options"], known: Providers): pulumi.ComponentResourceOptions {
    const { parent, aliases, dependsOn, providers, protect, ignoreChanges, replaceOnChanges } = given;
    return {
        parent: parent === "" ? undefined : new pulumi.DependencyResource(parent),
        aliases: aliases as pulumi.Alias[],
        dependsOn: dependsOn.map((urn) => new pulumi.DependencyResource(urn)),
        providers: Object.fromEntries(
            Object.entries(providers).map(([name, reference]) => [name, providerOf(reference, known)]),
        ),
        protect,
        ignoreChanges,
        replaceOnChanges,
        retainOnDelete: given.retainOnDelete,
        deletedWith: given.deletedWith === "" ? undefined : new pulumi.DependencyResource(given.deletedWith),
    };
}

/** `reference` is `<URN>::<id>`. */
function providerOf(reference: string, known: Providers): pulumi.ProviderResource {
    const found = known.get(reference);
    if (found !== undefined) return found;
    const provider = new pulumi.DependencyProviderResource(reference);
    // Its name in the program, which Pulumi leaves empty: names of what is declared once for each provider are made from it.
    Object.assign(provider, { __name: reference.split("::")[3] });
    known.set(reference, provider);
    return provider;
}
