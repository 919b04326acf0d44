import * as pulumi from "@pulumi/pulumi";
import type { ConstructRequest } from "../core/construct";

/**
 * The providers of one run of a program, by reference: components that share a provider must share the object, because
 * some data is kept per provider.
 */
export type Providers = Map<string, pulumi.ProviderResource>;

/** Options of a component, as a TypeScript program would pass them. */
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
    // The provider's name in the program, which Pulumi leaves empty. Names of resources that are declared once per
    // provider are derived from it.
    Object.assign(provider, { __name: reference.split("::")[3] });
    known.set(reference, provider);
    return provider;
}
