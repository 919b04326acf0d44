// Docker takes the first part for a host only if it cannot be a name on Docker Hub.
const NAME = /^(?:((?=[^/]*[.:])[^/]+|localhost|\$\{[^/]*)\/)?((?:.*\/)?[^/:]*)(?::[^/]*)?$/s;

/** GitLab: a project is in a group, which has at most 20 parents. A longer path is of something below a project. */
const MOST_PARTS = 22;

/** Splits `host:5000/group/project/image:tag@sha256:…` as Docker does; without a host for Docker Hub. */
export function parseImageName(image: string): { host?: string; repository: string } {
    const [, host, repository = ""] = NAME.exec(image.replace(/@[\w+.-]+:.*$/s, "")) ?? [];
    return host === undefined ? { repository } : { host, repository };
}

/**
 * The projects that a repository of the registry may belong to, longest path first: a project's images may have any
 * number of parts after the project's path, and a project is always in a group or namespace.
 */
export function projectCandidates(repository: string): string[] {
    const parts = repository.split("/").filter((part) => part !== "");
    const hidden = parts.findIndex((part) => part.includes("${"));
    const usable = parts.slice(0, Math.min(hidden < 0 ? parts.length : hidden, MOST_PARTS));
    return usable.map((_, i) => usable.slice(0, usable.length - i).join("/")).filter((path) => path.includes("/"));
}
