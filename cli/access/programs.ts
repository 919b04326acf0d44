import * as path from "node:path";
import { isKnown } from "./commands";
import { COMPUTED } from "./variables";

// Programs that run what follows, with their switches that take a value and the number of words before the command.
const WRAPPERS: Record<string, [takes: string, operands?: number]> = {
    sudo: ["-u -g -h -p -C --user --group"],
    env: ["-u -C --unset --chdir"],
    timeout: ["-s -k --signal --kill-after", 1],
    flock: ["-w -E", 1],
    nice: ["-n"],
    xargs: ["-n -I -P -L -d -a -s -E"],
};
const PLAIN_WRAPPERS = /^(time|nohup|exec|command|builtin|setsid|busybox|winpty)$/;
/** Programs that are there to run a program, or to print. */
export const SHELL = /^(ba|da|a|z|k)?sh$/;
export const PRINTER = /^(echo|printf|cat|tee)$/;
const RUNNERS = /^(docker|podman|nerdctl|buildah|skopeo|crane|oras|regctl|git)$/;

/** Whether a word is a program that another one may be told to run. */
export function isRunnable(word: string, at: number, words: readonly string[]): boolean {
    const shell = SHELL.test(path.posix.basename(word)) && /^-\w*c$/.test(words[at + 1] ?? "");
    return shell || RUNNERS.test(path.posix.basename(word)) || /\.(ba)?sh$/.test(word);
}

/** Whether a program is a file of the repository rather than one that is installed: `./ci/build`, `ci/build.sh`. */
export function isScript(program: string): boolean {
    return /^[^/]*\/|\.(ba)?sh$/.test(program) && !/^\/.*\/[^.]*$/.test(program) && !isKnown(program);
}

/** What a wrapper such as `sudo -E env A=b timeout 5m` runs. */
export function unwrapped(words: string[]): string[] {
    const name = path.posix.basename(words[0] ?? "");
    const [takes, operands = 0] = (Object.hasOwn(WRAPPERS, name) && WRAPPERS[name]) || [""];
    if (takes === "" && !PLAIN_WRAPPERS.test(name)) return words;
    let at = 1;
    for (; /^-|^\w+=/.test(words[at] ?? ""); at++) if (takes.split(" ").includes(words[at]!)) at++;
    const inner = words.slice(at + operands);
    // What xargs appends is read from another command.
    return inner.length === 0 ? words : unwrapped(name === "xargs" ? [...inner, COMPUTED] : inner);
}
