import * as path from "node:path";
import { readCommand, rowsOf } from "../shell/command-reader";
import type { CommandRow } from "../shell/commands";
import { TOO_MUCH } from "../shell/shell";
import { MOST_BEFORE, NO_SCRIPT } from "../shell/shell-run";
import { expand, over, PROJECT_DIR, type Variables } from "../shell/variables";
import { newBudget } from "../shell/words";
import { Found } from "./found";

/** Variables that package clients read by themselves. */
export const TOOLS =
    /^(TF_HTTP|PIP|UV|POETRY|PDM|TWINE|NPM_CONFIG|YARN|CARGO|MAVEN|NUGET|COMPOSER|BUNDLE|GO|GIT)[A-Z_]*(URL|ADDRESS|INDEX|REGISTRY|PROXY|SOURCE|OPTS)/i;
/** PowerShell or cmd commands: the configuration does not say which shell a runner has. */
export const NO_SHELL =
    /^[ \t]*(?:& *)?["']?(?:[A-Z]:|\.)\\|%CI_\w+%|\$env:|^[ \t]*\$\w+\s*=|(?:^|[=|(])[ \t]*(?:Write|Invoke|Get|Set|New|Install)-[A-Z]\w+/m;
/** Scripts in languages other than shell, by their names. */
export const OTHER_LANGUAGE = /\.(ps1|psm1|bat|cmd|py|m?js|ts|rb|pl|php|lua|groovy|go|mk|gradle|kts)$/;
/** An address whose host is hidden by variables without a value. */
export const HIDDEN_HOST = /^(?:\w+:\/\/(?:[^@/]*@)?)?[^@/]*\$\{[^@/]*(?:\/|$)/;
const TOKEN = /CI_JOB_TOKEN/;
const ADDRESSES = /CI_REGISTRY\b[)}"']*\/|CI_API_V4_URL|CI_SERVER_(URL|HOST|FQDN)/;
const REGISTRY = /CI_REGISTRY\b/;
const ENGINE = /\b(docker|podman|buildah|nerdctl)(-compose)?\b(?![-/:.])/;
/** A line of a requirements file that names another one, relative to it. */
const REQUIREMENTS = /^(?:-[rc]|--requirement|--constraint)[ =]*([\w./-]+)\s*$/;
const FETCHES = /^(images|build|login|composed|repository|addresses|packages)$/;
const MAKEFILE = /makefile$|\.mk$/i;
/** Words that may not be understood, in this order: `docker.from_env().images.build()`. */
const [ASKS, TO_BUILD] = [/\b(docker|podman|buildah|nerdctl)\b(?![-/:]|\.io\b)/, /\b(build|bake|compose)\b/];
/** A line of a compose or bake file that builds, or may do so. */
const BUILD_LINE = /(^\s*|[{,]\s*)build:|^\s*target\s+"|"target"\s*:|^\s*\$\{[^}]*\}\s*$/;
/** Beginning of a Go module, which is an address. */
const GO_MODULE = /(^|\s)(?=[\w-]+(\.[\w-]+)+\/)/g;
/** Other notations for variables: make, PowerShell, templates, programs. */
const OTHERS =
    /\$\((\w+)\)|\$env:(\w+)|[$#]?\{{0,2} ?[\w.:'"[({]{0,40},?["']?\b(?<![$%]|\$\{)(CI_\w+)["'\])]* ?\}{0,2}/g;
/** Comments, and properties of package.json about the package itself. */
const COMMENT = /^\s*(#|\/\/|;|--\s|<!--|\*|"(repository|homepage|url|bugs)"\s*:)/;
/** An assignment: `NAME ?= value`, `NAME: value`. Limited, because values that contain each other would never end. */
const SETTING =
    /^\s*(?:(?:export|const|let|var)\s+)?(?:\$\{)?(\w+)\}?\s*[:?]?:?=\s*f?["'`]?([^\s"'`;]{1,10000})["'`]?;?\s*$/;
/** The image on a line if a variable without a value hides its registry: `image: ${WHERE}/name`. */
const HIDDEN_IMAGE = /\bimage["']?\s*:\s*["']?(\$\{\w+\}[\w./${}:-]*)/g;
/** Most commands and scripts in texts that are followed or looked for. */
const MOST_ASKED = 500;

/** Reads texts that are not parsed, and what they run: each once, in order, and with limits. */
export abstract class TextReader extends Found {
    private readonly texts = new Map<string, string>();
    private readonly asked = new Set<string>();
    /** Requests during a request wait here: texts that refer to further texts must not cause deep recursion. */
    private waiting: { source?: string; text: string }[] | undefined;
    /** The limit for all of it. */
    protected readonly budget = newBudget();

    /** The file at a path of the job. */
    protected abstract fileAt(absolute: string): string | undefined;
    protected abstract run(text: string, source?: string, budget?: TextReader["budget"]): void;

    /** Records what names a project of this GitLab, lists what may do so, and follows scripts and commands. */
    protected text(
        text: string,
        why: string,
        file = "",
        of: CommandRow["names"] = "files",
        directory = PROJECT_DIR,
    ): void {
        const { byToken } = this.lasting;
        const key = JSON.stringify([file, of, directory, this.logsIn, byToken]);
        if (file !== "" && this.texts.get(key) === text) return;
        this.texts.set(key, text);
        this.usesToken ||= text.includes("CI_JOB_TOKEN");
        const isFirst = this.waiting === undefined;
        this.waiting ??= [];
        const known = over(this.variables);
        const read = (part: string) => {
            const addressed = file.endsWith("go.mod") ? part.replace(GO_MODULE, "$1git+https://") : part;
            return expand(inShell(addressed, known), known);
        };
        const lines = text.split("\n");
        for (const [at, written] of lines.entries()) {
            if (COMMENT.test(written)) continue;
            const line = read(written);
            const [, name = "", value = ""] = SETTING.exec(line) ?? [];
            if (name !== "") known[name] ??= value;
            for (const name of scriptsIn(line)) this.follow(file, directory, name);
            const isRecipe = isRecipeOf(file, written);
            const whole = read(wholeLine(lines, at));
            const asked = isRecipe ? recipeOf(whole) : engineCommands(whole);
            for (const command of asked) this.follow(file, directory, undefined, command);
            const [, list] = REQUIREMENTS.exec(line) ?? [];
            const beside = path.posix.join(PROJECT_DIR, path.posix.dirname(file));
            if (list) this.follow(file, beside, undefined, `pip -r ${list}`);
            this.reading(file === "" ? { place: this.where(written) } : this.lineOf(file, at + 1), () => {
                const images = this.ours(line);
                const hidden = [...line.matchAll(HIDDEN_IMAGE)].flatMap(([, image]) => image ?? []);
                for (const image of images.concat(hidden)) this.image("pull", image);
                const found = images.length + this.addresses(line, of === "packages" ? of : "text");
                // In the settings of a package client, the token alone reaches nothing.
                const reaches = ADDRESSES.test(written) || (of !== "packages" && TOKEN.test(written));
                // A program may build an image name from it. Later lines use what is set here; a login pulls nothing.
                const isRead = isRecipe || asked.length > 0;
                const takes = REGISTRY.test(written) && name === "" && !isRead;
                // A build pulls images that no line here names.
                const asksToBuild = TO_BUILD.test(line.slice(ASKS.exec(line)?.index ?? line.length));
                const builds = (of === "composed" && BUILD_LINE.test(line)) || (!isRead && asksToBuild);
                if (builds || ((reaches || takes) && found === 0)) {
                    this.open("file", written.trim(), `${why}. The job's log shows what it does`);
                }
            });
        }
        if (isFirst) this.runWaiting(byToken);
    }

    private runWaiting(byToken: boolean): void {
        for (const { text, source } of this.waiting ?? []) this.run(text, source, this.budget);
        this.waiting = undefined;
        // It is not known whether any of it runs, so a login in it need not be the job's.
        this.lasting.byToken ||= byToken;
    }

    /** Follows a command in a text, or a script that it names. */
    private follow(file: string, directory: string, name: string | undefined, command = ""): void {
        if (this.asked.size >= MOST_ASKED) return;
        const folders = [path.posix.join(PROJECT_DIR, path.posix.dirname(file)), directory, PROJECT_DIR];
        const places = folders.map((folder) => path.posix.resolve(folder, name ?? ""));
        const script = name && places.find((each) => this.fileAt(each) !== undefined);
        if (name && !script && file === "") this.problem(name, NO_SCRIPT);
        const text = `cd '${directory}'\n${name ? `sh '${script ?? places[0]}'` : command}`;
        if (this.asked.has(text)) return;
        this.asked.add(text);
        if (this.asked.size >= MOST_ASKED) this.problem(text, TOO_MUCH);
        else if (!name || script) this.waiting!.push({ source: file || undefined, text });
    }
}

/** Rewrites variables of other languages in a shell's notation; some write those in `known` in braces alone. */
function inShell(text: string, known: Variables): string {
    const named = /\$[(e]|CI_/.test(text) ? text.replace(OTHERS, `\${$1$2$3}`) : text;
    return named.replace(/(?<!\$)\{\{?\s*(\w+)\s*\}\}?/g, (all, name) =>
        Object.hasOwn(known, name) ? known[name]! : all,
    );
}

function isRecipeOf(file: string, line: string): boolean {
    return MAKEFILE.test(file) && line.startsWith("\t");
}

/** A line with its continuation lines; empty if it is a continuation line itself. */
function wholeLine(lines: readonly string[], at: number): string {
    if (lines[at - 1]?.endsWith("\\")) return "";
    let end = at;
    while (lines[end]?.endsWith("\\")) end++;
    return lines.slice(at, end + 1).join("\n");
}

/** The shell command on a Makefile's line, if its programs may fetch something; scripts are always followed. */
function recipeOf(line: string): string[] {
    const fetches = line
        .split(/[^\w./-]+/)
        .some((word) => rowsOf(word).some(({ names, files }) => files ?? FETCHES.test(names)));
    return fetches ? [line.trim().replace(/^[@+-]+/, "")] : [];
}

/** Commands for container engines on a line, in a shell's notation: `run(["docker", "pull", name])`. */
function engineCommands(line: string): string[] {
    // After a command's words, programs add options: `"docker pull x", shell=True`, `{ stdio: "inherit" }`.
    const [asked = ""] = line.slice(ENGINE.exec(line)?.index ?? line.length).split(/#|["'\])]\s*,\s*(?:\w+\s*=|\{)/, 1);
    return asked.split(/[;&|<>]|\s\}/).flatMap((part) => {
        const command = part.slice(ENGINE.exec(part)?.index ?? part.length);
        const words = command.split(/[\s"'`,()[\]\\]+/).filter((word) => word !== "");
        return readCommand(words.slice(0, MOST_BEFORE)).length > 0 ? [words.join(" ")] : [];
    });
}

/** Scripts that a line names, recognised by their names; addresses and variables do not count. */
function scriptsIn(line: string): string[] {
    const words = line.replaceAll("\\", "/").split(/[\s"'`,;()[\]=&|<>]+/);
    return words.filter((word) => /^[\w./-]+$/.test(word) && (OTHER_LANGUAGE.test(word) || /\.(ba|z)?sh$/.test(word)));
}
