import * as path from "node:path";
import { expand, type Variables } from "./variables";

/** A Dockerfile that a job builds. */
export interface Build {
    /** Path in the repository; may still hold `${NAME}`. */
    dockerfile: string;
    /** Values of `--build-arg`. */
    args: Record<string, string>;
}

/** What the commands of a job have to do with images. */
export interface ImageCommands {
    builds: Build[];
    /** Images that commands such as `docker pull`, `docker run` and `skopeo copy` fetch. */
    pulls: string[];
}

// Flags of `docker build` and its kin that stand alone; any other flag without `=` takes the next word as its value.
const SWITCHES = new Set(
    "--pull --no-cache --push --load --quiet -q --rm --force-rm --squash --compress -D --debug --check --layers".split(
        " ",
    ),
);
const BUILDERS = [
    /^docker( buildx| image)? build$/,
    /^docker buildx b$/,
    /^(podman|img|nerdctl|finch) (image )?build$/,
    /^buildah (bud|build)$/,
];
const FETCHERS = /^(docker|podman|nerdctl|finch)( image| container)? (pull|run|create)$/;
// The same for the commands that fetch one image, short switches also written together: `-it`.
const FETCH_SWITCHES = new Set(
    (
        "--all-tags -a --detach --disable-content-trust --init --interactive --no-healthcheck --oom-kill-disable --privileged " +
        "--publish-all --quiet --read-only --replace --rm --tty"
    ).split(" "),
);
const KANIKO = /(^|\/)(executor|kaniko)$/;

/** Finds the builds and pulls in a job's commands, in the order in which they run. */
export function findImageCommands(script: readonly string[], variables: Variables): ImageCommands {
    const builds: Build[] = [];
    const pulls: string[] = [];
    let directory = ".";
    for (const words of script.flatMap(toCommands)) {
        const [program = "", first = "", second = ""] = words;
        const name = path.posix.basename(program);
        const verbs = [`${name} ${first}`, `${name} ${first} ${second}`];
        const depth = [1, 0].find((i) => BUILDERS.some((builder) => builder.test(verbs[i]!)));
        if (name === "cd" && first !== "") {
            directory = path.posix.join(directory, inRepository(first, variables));
        } else if (depth !== undefined) {
            builds.push(readBuild(words.slice(depth + 2), directory, variables, false));
        } else if (KANIKO.test(program)) {
            builds.push(readBuild(words.slice(1), directory, variables, true));
        } else if (name === "skopeo") {
            // `copy` and `sync` end with where the image goes.
            const sources = words.includes("copy") || words.includes("sync") ? words.slice(0, -1) : words;
            pulls.push(...sources.filter((word) => word.startsWith("docker://")));
        } else {
            const verb = verbs.findIndex((text) => FETCHERS.test(text));
            if (verb >= 0) pulls.push(...imageOf(words.slice(verb + 2)));
        }
    }
    return { builds, pulls };
}

/** The first word that is neither a flag nor a flag's value. */
function imageOf(words: readonly string[]): string[] {
    for (let i = 0; i < words.length; i++) {
        const word = words[i]!;
        if (!word.startsWith("-")) return [word];
        const alone = FETCH_SWITCHES.has(word) || /^-[ditPq]+$/.test(word);
        // `-v/a:/b` and `--name=x` hold their value themselves.
        if (!alone && !word.includes("=") && (word.startsWith("--") || word.length === 2)) i++;
    }
    return [];
}

function readBuild(words: readonly string[], directory: string, variables: Variables, kaniko: boolean): Build {
    let file: string | undefined;
    let context = kaniko ? "." : undefined;
    const args: Record<string, string> = {};
    for (let i = 0; i < words.length; i++) {
        const word = words[i]!;
        if (!word.startsWith("-") || word === "-") {
            context ??= word;
            continue;
        }
        const equals = word.indexOf("=");
        const flag = equals < 0 ? word : word.slice(0, equals);
        if (SWITCHES.has(flag) || (kaniko && equals < 0 && (words[i + 1] ?? "--").startsWith("-"))) continue;
        const value = equals < 0 ? (words[++i] ?? "") : word.slice(equals + 1);
        if (flag === "-f" || flag === "--file" || (kaniko && flag === "--dockerfile")) file = value;
        else if (kaniko && (flag === "--context" || flag === "-c")) context = value.replace(/^dir:\/\//, "");
        else if (flag === "--build-arg") {
            const [, name, given] = /^(\w+)(?:=(.*))?$/s.exec(value) ?? [];
            // `--build-arg NAME` alone passes on the job's own variable, where it has one.
            const own = Object.hasOwn(variables, name ?? "") ? `\${${name}}` : undefined;
            if (name !== undefined && (given ?? own) !== undefined)
                args[name] = expand((given ?? own)!, variables).text;
        }
    }
    const root = path.posix.join(directory, inRepository(context ?? ".", variables));
    if (file === undefined) return { dockerfile: path.posix.join(root, "Dockerfile"), args };
    // Docker looks for the file from where it runs, kaniko from the context first.
    return { dockerfile: path.posix.join(kaniko ? root : directory, inRepository(file, variables)), args };
}

/** A path as the job sees it, relative to the repository. */
function inRepository(written: string, variables: Variables): string {
    const { text } = expand(written, { ...variables, CI_PROJECT_DIR: "." });
    return text;
}

/** The commands of a script line as lists of words; quotes are resolved, variables are left alone. */
function toCommands(line: string): string[][] {
    const commands: string[][] = [[]];
    const tokens = /\\\r?\n|(&&|\|\||[;|&\n])|((?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s;|&"'\\])+)|\s/gs;
    for (const [, separator, word] of line.matchAll(tokens)) {
        if (separator !== undefined) commands.push([]);
        else if (word !== undefined)
            commands.at(-1)!.push(word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, "$1$2$3"));
    }
    return commands
        .map((words) =>
            words.slice(words.findIndex((word) => !/^(\w+=|sudo$|time$|then$|do$|if$|else$|!$)/.test(word))),
        )
        .filter((words) => words.length > 0);
}
