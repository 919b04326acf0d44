/** `<project>/<stack>` of the program that a resource is of, as markers of runners name it; empty for no URN. */
export function ownerOfUrn(urn: string): string {
    // urn:pulumi:<stack>::<project>::<type>::<name>
    const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(urn) ?? [];
    return stack === undefined ? "" : `${project}/${stack}`;
}

/** Name of a resource, which may have `::` in it as well; empty for no URN. */
export function nameOfUrn(urn: string): string {
    return /^urn:pulumi:.+?::.+?::.+?::(.*)$/s.exec(urn)?.[1] ?? "";
}

/** Last part of a resource's type, as people call it: `UserRunner`; empty for no URN. */
export function kindOfUrn(urn: string): string {
    return /^urn:pulumi:.+?::.+?::(?:.*?:)??([^:]*)::/s.exec(urn)?.[1] ?? "";
}

export function isProviderUrn(urn: string): boolean {
    return /(^|\$)pulumi:providers:[^$]*$/.test(urn.split("::")[2] ?? "");
}

/** Name of the provider that components make from the stack's `gitlab:` keys for package `gitlab-fleet`. */
export const STACKS_PROVIDER = "gitlab-fleet";

/**
 * Whether a provider has its configuration from the stack, and not from a program that made it: the engine's own default one
 * (`default`, `default_1_2_3`, as the engine names them), or the one that components make.
 */
export function isStacksProvider(urn: string): boolean {
    const [, name] = /::pulumi:providers:[^:]+::(.*)$/s.exec(urn) ?? [];
    return name === STACKS_PROVIDER || /^default(_|$)/.test(name ?? "");
}
