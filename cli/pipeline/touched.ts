import { spawnSync } from "node:child_process";
import { lstatSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { findStackFiles, shortName, stackFolder } from "../../components/fleet/config/stack-files";
import type { Job } from "./job";

/**
 * Whether a merge request touches a stack: always, unless it only changes files of other stacks. True if git cannot
 * tell.
 */
export function isTouched({ folder, stack }: Job, env: NodeJS.ProcessEnv): boolean {
    const base = env.CI_MERGE_REQUEST_DIFF_BASE_SHA;
    if (!base || !/^[\da-f]{40,64}$/.test(base)) return true;
    const git = (...args: string[]) => spawnSync("git", ["-C", folder, ...args], { encoding: "utf8", env });
    // A job's clone is shallow, so the commit at which the branch began may be missing.
    if (git("cat-file", "-e", `${base}^{commit}`).status !== 0) git("fetch", "--quiet", "--depth=1", "origin", base);
    // Unlike `--show-toplevel`, this needs no comparison of paths, one of which may go through a link.
    const prefix = git("rev-parse", "--show-prefix");
    // Both names of a renamed file count: otherwise a stack whose file is renamed would look untouched. So would a
    // changed submodule that .gitmodules tells git to ignore.
    const diff = git("diff", "--name-only", "--no-renames", "--ignore-submodules=none", "-z", base, "HEAD");
    if (prefix.status !== 0 || diff.status !== 0) return true;
    const changed = diff.stdout.split("\0").filter((name) => name !== "");
    const stacks = stackFolder(folder);
    const files = findStackFiles(folder);
    // Without this, a misspelt stack would never be previewed.
    const own = files.get(shortName(stack));
    const isLink = (file: string) => lstatSync(join(stacks, file)).isSymbolicLink();
    // A link may lead to another stack's file.
    if (own === undefined || isLink(own)) return true;
    const others = [...files]
        .filter(([, file]) => file !== own && !isLink(file))
        .map(([, file]) => join(prefix.stdout.replace(/\n$/, ""), relative(folder, stacks), file).split(sep).join("/"));
    return changed.length === 0 || changed.some((name) => !others.includes(name));
}
