import { variablesIn } from "./config-toml/variables";

/**
 * Why the root of a file system cannot be a manager's directory, in words that follow the property's name. `got` is the
 * value as messages show it.
 */
export function whyNotRoot(got: string): string {
    return (
        `must not be the root of the file system (got ${got}): a manager's directory belongs to it alone, and everybody's ` +
        "files are below that one. For instance /etc/gitlab-runner."
    );
}

/**
 * Why a directory's path must not contain `~` or a variable: nothing expands them, so they would become the folder's
 * name. Undefined if it contains none.
 */
export function whyNotExpanded(path: string, got: string): string | undefined {
    const part = /^~[^/]*/.exec(path)?.[0] ?? variablesIn(path)[0];
    if (part === undefined) return undefined;
    return `holds ${part}, and nothing puts a value in its place (got ${got}). Write the whole path.`;
}

/** What happens to a manager's files when the manager is removed from the program; `remove` is the default. */
export const DIRECTORY_ENDS = ["remove", "keep"] as const;

export type DirectoryEnd = (typeof DIRECTORY_ENDS)[number];
