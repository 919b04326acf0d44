import type { ComponentResourceOptions } from "@pulumi/pulumi";

/** The compiler reports missing options, and those that Pulumi no longer has. */
const OPTIONS: Record<keyof ComponentResourceOptions, true> = {
    aliases: true,
    customTimeouts: true,
    deletedWith: true,
    dependsOn: true,
    envVarMappings: true,
    hideDiffs: true,
    hooks: true,
    id: true,
    ignoreChanges: true,
    parent: true,
    pluginDownloadURL: true,
    protect: true,
    provider: true,
    providers: true,
    replacementTrigger: true,
    replaceOnChanges: true,
    replaceWith: true,
    retainOnDelete: true,
    transformations: true,
    transforms: true,
    urn: true,
    version: true,
};

/** What to do with a resource option that a program gives as an argument; undefined for any other key. */
export function placeOfOption(key: string): string | undefined {
    return Object.hasOwn(OPTIONS, key)
        ? "It is a resource option: it goes into opts, beside the arguments."
        : undefined;
}
