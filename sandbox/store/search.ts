import type { Group, Project } from "./entities";

/** Shorter words are ignored, unless there are no others. */
const SHORTEST_WORD = 3;
const QUOTED = /(?<=^| )"([^"]+)"(?= |$)/g;

/**
 * Whether GitLab's search finds a row by one of its texts: the text must contain all words of three letters or more, in
 * any case. A search without such a word must equal the whole text. GitLab's source: `lib/gitlab/sql/pattern.rb`.
 */
function isFound(search: string | null | undefined, texts: readonly (string | null)[]): boolean {
    const asked = (search ?? "").toLowerCase().trim().replace(/\s+/g, " ");
    if (asked === "") return true;
    const quoted = [...asked.matchAll(QUOTED)].map(([, words]) => words!);
    const words = [...quoted, ...asked.replace(QUOTED, "").split(" ")].filter((word) => word.length >= SHORTEST_WORD);
    return texts.some((text) => {
        const here = (text ?? "").toLowerCase();
        return words.length > 0 ? words.every((word) => here.includes(word)) : here === asked;
    });
}

/**
 * Among all groups, by full path and full name; among those below a group, by their own path and name.
 * `Namespace.search`
 */
export function isGroupFound(group: Group, search: string | null | undefined, among: "all" | "below"): boolean {
    return isFound(search, among === "all" ? [group.fullPath, group.fullName] : [group.path, group.name]);
}

/** `Project.search`, without the namespace. */
export function isProjectFound(project: Project, search: string | null | undefined): boolean {
    return isFound(search, [project.path, project.name, project.description]);
}
