import { spawnSync } from "node:child_process";
import { lstatSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { findStackFiles, shortName, stackFolder } from "../../components/fleet/config/stack-files";
import type { Job } from "./job";

/**
 * Whether a merge request touches a stack: it does, unless all that it changes are files of other stacks. Where git cannot tell,
 * it does.
 */
export function isTouched({ folder, stack }: Job, env: NodeJS.ProcessEnv): boolean {
    const base = env.CI_MERGE_REQUEST_DIFF_BASE_SHA;
    if (!base || !/^[\da-f]{40,64}$/.test(base)) return true;
    const git = (...args: string[]) => spawnSync("git", ["-C", folder, ...args], { encoding: "utf8", env });
    // A job's clone is shallow: the commit that the branch began at may be missing.
    if (git("cat-file", "-e", `${base}^{commit}`).status !== 0) git("fetch", "--quiet", "--depth=1", "origin", base);
    // Asked so, it compares no paths, of which one may go through a link.
    const prefix = git("rev-parse", "--show-prefix");
    // A file that was renamed is two: of one alone, a stack whose file goes would look untouched. So would a changed submodule that
    // .gitmodules has git ignore.
    const diff = git("diff", "--name-only", "--no-renames", "--ignore-submodules=none", "-z", base, "HEAD");
    if (prefix.status !== 0 || diff.status !== 0) return true;
    const changed = diff.stdout.split("\0").filter((name) => name !== "");
    const stacks = stackFolder(folder);
    const files = findStackFiles(folder);
    // A name that is misspelt would never be looked at.
    const own = files.get(shortName(stack));
    const isLink = (file: string) => lstatSync(join(stacks, file)).isSymbolicLink();
    // What a link stands for may be another stack's file.
    if (own === undefined || isLink(own)) return true;
    const others = [...files]
        .filter(([, file]) => file !== own && !isLink(file))
        .map(([, file]) => join(prefix.stdout.replace(/\n$/, ""), relative(folder, stacks), file).split(sep).join("/"));
    return changed.length === 0 || changed.some((name) => !others.includes(name));
}
