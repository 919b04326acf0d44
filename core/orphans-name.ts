const PREFIX = "orphans-";

/** Name of the look for orphans in a scope that nobody declared as exclusive: `orphans-group-apps` for `group apps`. */
export function orphansOf(scope: string): string {
    return `${PREFIX}${scope.replace(/[^\w./-]+/g, "-")}`;
}

/** The scope in words, as far as the name still tells it: `group apps`. Other names as they are. */
export function scopeOfOrphans(name: string): string {
    return name.startsWith(PREFIX) ? name.slice(PREFIX.length).replace("-", " ") : name;
}
