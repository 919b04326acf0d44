const PREFIX = "orphans-";

/**
 * Name of the resource that looks for orphans in a scope that is not declared as exclusive: `orphans-group-apps` for
 * `group apps`.
 */
export function orphansOf(scope: string): string {
    return `${PREFIX}${scope.replace(/[^\w./-]+/g, "-")}`;
}

/** The scope in words, as far as the name still shows it: `group apps`. Other names are returned unchanged. */
export function scopeOfOrphans(name: string): string {
    return name.startsWith(PREFIX) ? name.slice(PREFIX.length).replace("-", " ") : name;
}
