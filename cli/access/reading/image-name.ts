// Docker takes the first part for a host only when it could not be a name on Docker Hub.
const NAME = /^(?:((?=[^/]*[.:])[^/]+|localhost|\$\{[^/]*)\/)?((?:.*\/)?[^/:]*)(?::[^/]*)?$/s;

/** GitLab: a group has at most 20 above it, and a project is in one. A longer path is of something below the project. */
const MOST_PARTS = 22;

/** Splits `host:5000/group/project/image:tag@sha256:…` as Docker does; there is no host for Docker Hub. */
export function parseImageName(image: string): { host?: string; repository: string } {
    const [, host, repository = ""] = NAME.exec(image.replace(/@[\w+.-]+:.*$/s, "")) ?? [];
    return host === undefined ? { repository } : { host, repository };
}

/**
 * The projects that a repository of the registry may belong to, longest path first: a project's images may have up to
 * any number of further parts after the project's path, and a project is always in a group or namespace.
 */
export function projectCandidates(repository: string): string[] {
    const parts = repository.split("/").filter((part) => part !== "");
    const hidden = parts.findIndex((part) => part.includes("${"));
    const usable = parts.slice(0, Math.min(hidden < 0 ? parts.length : hidden, MOST_PARTS));
    return usable.map((_, i) => usable.slice(0, usable.length - i).join("/")).filter((path) => path.includes("/"));
}
