/** The form in which paths are compared: GitLab's paths ignore case. */
export function pathKey(path: string): string {
    return path.toLowerCase();
}

/** Path of the group or namespace that holds a project or group; empty for a top-level group. */
export function parentOf(path: string): string {
    return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `a/b/c` gives `a`, `a/b` and `a/b/c`. */
export function prefixesOf(path: string): string[] {
    if (path === "") return [];
    const parts = path.split("/");
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Groups that contain a project or group, the topmost first: `a/b/c` is in `a` and in `a/b`. */
export function groupsAbove(path: string): string[] {
    return prefixesOf(parentOf(path));
}

/** Tests whether a path lies below one of the groups, at any depth. */
export function coveredBy(groups: readonly string[]): (path: string) => boolean {
    const keys = new Set(groups.map(pathKey));
    return (path) => keys.size > 0 && groupsAbove(path).some((prefix) => keys.has(pathKey(prefix)));
}

/** The paths, sorted, without duplicates. */
export function sortedPaths(paths: readonly string[]): string[] {
    return [...new Map(paths.map((path) => [pathKey(path), path])).values()].sort((a, b) =>
        pathKey(a) < pathKey(b) ? -1 : 1,
    );
}

/**
 * Whether a project or group, or a group above it, is scheduled for deletion: GitLab renames it like this until then.
 */
export function waitsForDeletion(path: string): boolean {
    return /-deletion_scheduled-\d+(\/|$)/.test(path);
}
