import { readCommand } from "../shell/command-reader";
import type { Names } from "../shell/commands";

/** Variables that programs which fetch packages read by themselves. */
export const TOOLS =
    /^(TF_HTTP|PIP|UV|POETRY|PDM|TWINE|NPM_CONFIG|YARN|CARGO|MAVEN|NUGET|COMPOSER|BUNDLE|GO|GIT)[A-Z_]*(URL|ADDRESS|INDEX|REGISTRY|PROXY|SOURCE|OPTS)/i;
/** Commands of PowerShell or cmd: which shell a runner has, no configuration says. */
export const NO_SHELL =
    /^[ \t]*(?:& *)?["']?[A-Z]:\\|%CI_\w+%|\$env:|^[ \t]*\$\w+\s*=|(?:^|[=|(])[ \t]*(?:Write|Invoke|Get|Set|New|Install)-[A-Z]\w+/m;
/** Scripts that are no shell's, by their names. */
export const OTHER_LANGUAGE = /\.(ps1|psm1|bat|cmd|py|m?js|ts|rb|pl|php|lua|groovy|go)$/;
const TOKEN = /CI_JOB_TOKEN/;
const ADDRESSES = /CI_REGISTRY\b[)}"']*\/|CI_API_V4_URL|CI_SERVER_(URL|HOST|FQDN)/;
export const ENGINE = /\b(docker|podman|buildah|nerdctl)(-compose)?\b(?![-/:.])/;
/** Of a compose or a bake file. */
const BUILD_LINE = /(^\s*|[{,]\s*)build:|^\s*target\s+"|"target"\s*:/;
const OTHERS_VARIABLES = /\$\((\w+)\)|\$env:(\w+)|\$\{env\.(\w+)\}|[$#]?\{\{?[\w.()'"[\], ]*\b(CI_\w+)['"\]) ]*\}\}?/g;
/** An address of which variables without a value hide whose it is. */
export const HIDDEN_HOST = /^(?:\w+:\/\/(?:[^@/]*@)?)?[^@/]*\$\{[^@/]*(?:\/|$)/;

/** Comments, and what package.json says of the package itself. */
export function isComment(line: string): boolean {
    return /^\s*(#|\/\/|;|--|<!--|\*|"(repository|homepage|url|bugs)"\s*:)/.test(line);
}

/**
 * Whether a line of a text that is not parsed may reach another project, or pull an image that no line names. `packages`:
 * in the settings of a program that fetches packages the token alone reaches nothing.
 */
export function mayReach(line: string, isRead: boolean, of: Names): boolean {
    const reaches = ADDRESSES.test(line) || (of !== "packages" && TOKEN.test(line));
    return (!isRead && reaches) || (of === "composed" && BUILD_LINE.test(line));
}

/** The line with make's `$(NAME)`, PowerShell's `$env:NAME`, `{{ lookup('env', 'NAME') }}` and others as shells write them, Go's modules as addresses. */
export function withUsualVariables(line: string, modules = false): string {
    const addressed = modules ? line.replace(/(^|\s)(?=[\w-]+(\.[\w-]+)+\/)/g, "$1git+https://") : line;
    return addressed.replace(OTHERS_VARIABLES, `\${$1$2$3$4}`);
}

/** What a line sets: `NAME ?= value`, `NAME: value`. */
export function settingIn(line: string): { name: string; value: string } | undefined {
    const [, name, value] = /^\s*(?:export\s+)?(\w+)\s*[:?]?:?=\s*["']?([^\s"']+)["']?\s*$/.exec(line) ?? [];
    return name === undefined ? undefined : { name, value: value! };
}

/** The image of a line whose registry a variable without a value hides: `image: ${WHERE}/name`. */
export function hiddenImage(line: string): string[] {
    return /\bimage["']?\s*:\s*["']?(\$\{\w+\}[\w./${}:-]*)/.exec(line.slice(0, 1000))?.slice(1) ?? [];
}

/** What a text asks engines to do from a line on, as a shell writes it: `run(["docker", "pull", name])`. */
export function engineCommands(text: string): string[] {
    const [line = ""] = /^(?:.*\\\n)*.*/.exec(text.slice(0, 1000)) ?? [];
    const [asked = ""] = line.slice(ENGINE.exec(line)?.index ?? line.length).split("#", 1);
    return asked.split(/[;&|<>]|\s\}/).flatMap((part) => {
        const command = part.slice(ENGINE.exec(part)?.index ?? part.length);
        const words = command.split(/[\s"'`,()[\]\\]+/).filter((word) => word !== "");
        return readCommand(words).length > 0 ? [words.join(" ")] : [];
    });
}

/** Whether a line asks an engine to build, in words that may not be understood: `docker.from_env().images.build()`. */
export function asksToBuild(line: string): boolean {
    const at = line.search(/\b(docker|podman|buildah|nerdctl)\b(?![-/:]|\.io\b)/);
    return at >= 0 && /\b(build|bake|compose)\b/.test(line.slice(at, at + 1000));
}

/** Files that a line names and that are scripts by their names; what is at an address, or in a variable, is none. */
export function scriptsIn(line: string): string[] {
    const words = line
        .slice(0, 1000)
        .replaceAll("\\", "/")
        .split(/[\s"'`,;()[\]=&|<>]+/);
    return words.filter((word) => /^[\w./-]+$/.test(word) && (OTHER_LANGUAGE.test(word) || /\.(ba|z)?sh$/.test(word)));
}
