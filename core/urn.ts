/** `<project>/<stack>` of the program that a resource is of, as markers of runners name it; empty for no URN. */
export function ownerOfUrn(urn: string): string {
    // urn:pulumi:<stack>::<project>::<type>::<name>
    const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(urn) ?? [];
    return stack === undefined ? "" : `${project}/${stack}`;
}
