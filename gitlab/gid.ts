/** What GraphQL gives ids of. */
type Kind = "Ci::Runner" | "Project" | "Group";

/** An id in GraphQL: `gid://gitlab/Project/7`. */
export function toGid(kind: Kind, id: number): string {
    return `gid://gitlab/${kind}/${id}`;
}

/** The number at the end of any id in GraphQL. */
export function fromGid(gid: string): number {
    return Number(gid.slice(gid.lastIndexOf("/") + 1));
}
