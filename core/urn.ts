/** `<project>/<stack>` of a resource's program, as in the markers of runners; empty if the text is not a URN. */
export function ownerOfUrn(urn: string): string {
    // urn:pulumi:<stack>::<project>::<type>::<name>
    const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(urn) ?? [];
    return stack === undefined ? "" : `${project}/${stack}`;
}

/** Name of a resource, which may contain `::`; empty if the text is not a URN. */
export function nameOfUrn(urn: string): string {
    return /^urn:pulumi:.+?::.+?::.+?::(.*)$/s.exec(urn)?.[1] ?? "";
}

/** Last part of a resource's type: `UserRunner`; empty if the text is not a URN. */
export function kindOfUrn(urn: string): string {
    return /^urn:pulumi:.+?::.+?::(?:.*?:)??([^:]*)::/s.exec(urn)?.[1] ?? "";
}

export function isProviderUrn(urn: string): boolean {
    return /(^|\$)pulumi:providers:[^$]*$/.test(urn.split("::")[2] ?? "");
}

/** Name of the provider that components create from the stack's `gitlab:` keys for package `gitlab-fleet`. */
export const STACKS_PROVIDER = "gitlab-fleet";

/**
 * Whether a provider is configured by the stack, not by a program that created it: the engine's default provider (named
 * `default` or `default_1_2_3`), or the one that components create.
 */
export function isStacksProvider(urn: string): boolean {
    const [, name] = /::pulumi:providers:[^:]+::(.*)$/s.exec(urn) ?? [];
    return name === STACKS_PROVIDER || /^default(_|$)/.test(name ?? "");
}
