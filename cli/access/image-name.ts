/** The parts of an image's name that say where it comes from. */
export interface ImageName {
    /** Registry, with its port; undefined for Docker Hub. */
    host?: string;
    /** Repository without tag and digest. */
    repository: string;
}

/** Splits `host:5000/group/project/image:tag@sha256:…` as Docker does. */
export function parseImageName(image: string): ImageName {
    const name = image.replace(/@[\w+.-]+:.*$/, "");
    const slash = name.indexOf("/");
    const first = slash < 0 ? "" : name.slice(0, slash);
    // Docker takes the first part for a host only when it could not be a name on Docker Hub.
    const isHost = /[.:]/.test(first) || first === "localhost" || first.startsWith("${");
    const rest = isHost ? name.slice(slash + 1) : name;
    const tag = rest.indexOf(":", rest.lastIndexOf("/") + 1);
    const repository = tag < 0 ? rest : rest.slice(0, tag);
    return isHost ? { host: first, repository } : { repository };
}

/**
 * The projects that a repository of the registry may belong to, longest path first: a project's images may have up to
 * any number of further parts after the project's path, and a project is always in a group or namespace.
 */
export function projectCandidates(repository: string): string[] {
    const parts = repository.split("/").filter((part) => part !== "");
    const hidden = parts.findIndex((part) => part.includes("${"));
    const usable = hidden < 0 ? parts : parts.slice(0, hidden);
    return usable.map((_, i) => usable.slice(0, usable.length - i).join("/")).filter((path) => path.includes("/"));
}
