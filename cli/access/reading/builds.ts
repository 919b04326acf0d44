import * as path from "node:path";
import { MARK_ALONE, type ReadCommand, readCommand } from "../shell/command-reader";
import type { ShellCommand } from "../shell/shell";
import { expand, over, type Variables } from "../shell/variables";

/** What a command that builds an image reads. */
export interface Build {
    /** A context that is not a folder of this machine. */
    elsewhere?: string;
    /** The Dockerfile: where it is, and its text when it is there; `-` for standard input. */
    file?: string;
    text?: string;
    /** Values of `--build-arg`. */
    args: Record<string, string>;
}

/** The end of a line that goes on in the next one; comments and empty lines between them are nothing. */
const GOES_ON = String.raw`[ \t\r]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*`;
/** The begin of a text that stands in the lines after an instruction: a word of its own. */
const TEXT_AFTER = /(?<=\s)\d*<<-?(["']?)([^\s"'<]+)\1(?!\S)/g;
/** So many words of an instruction tell which images it names: they are its switches and the first after them. */
const MOST_WORDS = 50;
/** Directives stand before anything else; below another comment they are comments. */
const DIRECTIVES = String.raw`^(?:#[ \t]*\w+[ \t]*=[^\n]*\n){0,9}?#[ \t]*`;
const SYNTAX = new RegExp(String.raw`${DIRECTIVES}syntax[ \t]*=[ \t]*(\S+)`, "gi");
const BACKTICK = new RegExp(`${DIRECTIVES}escape[ \\t]*=[ \\t]*\``, "i");
/** `NAME`, `NAME=value`, `NAME="a value"`. */
const ARGUMENT = /(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g;
const USUAL = ["Containerfile", "Dockerfile"];
const REMOTE = /^(https?:|git@|git:|ssh:|s3:|gs:)/;

/** Reads a command of the table that names a build. `fileAt`: what is at a path of the job. */
export function readBuild(
    { operands, values }: ReadCommand,
    { directory, input, variable }: ShellCommand,
    fileAt: (path: string) => string | undefined,
): Build {
    // BuildKit's own client: `--local context=folder`, `--opt filename=name`.
    const option = (name: string, key: string) => values(name).flatMap((value) => value.split(`${key}=`)[1] ?? [])[0];
    // A variable without a value among the words may stand for switches.
    const operand = operands.filter((word) => !MARK_ALONE.test(word)).at(-1) ?? operands[0];
    const context = (option("local", "context") ?? operand ?? values("context c")[0] ?? ".").replace(/^dir:\/\//, "");
    const args: Build["args"] = over(null);
    for (const each of values("build-arg opt")) {
        const [, name = "", value] = /^(?:build-arg:)?(\w+)(?:=(.*))?$/s.exec(each) ?? [];
        // `--build-arg NAME` alone passes on a variable, where it has one value.
        const [known, ...others] = value === undefined ? variable(name) : [value];
        if (known !== undefined && others.length === 0) args[name] = known;
    }
    if (REMOTE.test(context)) return { elsewhere: context, args };
    const file = values("f file dockerfile")[0] ?? option("opt", "filename");
    if (file === "-" || context === "-") return { file: "-", text: input, args };
    const root = path.posix.resolve(directory, option("local", "dockerfile") ?? context);
    // Docker looks for the file from where it runs, kaniko and BuildKit from the folder they are given, too.
    const places =
        file === undefined
            ? USUAL.map((name) => path.posix.join(root, name))
            : [directory, root].map((folder) => path.posix.resolve(folder, file));
    // The first that is there counts.
    const found = places.find((each) => fileAt(each) !== undefined) ?? places.at(file === undefined ? -1 : 0)!;
    return { file: found, text: fileAt(found), args };
}

/**
 * Images that a build pulls, each with its line: those that the table names for the words of an instruction, and `# syntax=`,
 * without the file's own stages. Arguments take their value from the build's, then from the default in the file.
 *
 * @param run is told each command of `RUN` and `ADD`, with the arguments around it as they are at that moment
 */
export function readDockerfile(
    dockerfile: string,
    buildArgs: Variables,
    run: (command: string, around: Variables) => void,
): { text: string; line: number }[] {
    const stages = new Set(["scratch"]);
    const globals = over(null);
    let scope = globals;
    const images = [...dockerfile.matchAll(SYNTAX)].map(([, text]) => ({ text: text!, line: 1 }));
    for (const { keyword, rest, line } of instructionsOf(dockerfile)) {
        for (const [, name = "", value] of givenBy(keyword, rest)) {
            // Inside a stage a bare ARG brings in the value from the top of the file.
            const outer = scope === globals ? undefined : globals[name];
            const known = (keyword === "ARG" ? buildArgs[name] : undefined) ?? value ?? outer;
            if (known !== undefined) scope[name] = expand(unquoted(known), scope);
        }
        for (const image of readCommand([keyword, ...rest.split("\n", 1)[0]!.split(/\s+/, MOST_WORDS)]).flatMap(
            (command) => command.images,
        )) {
            const text = expand(unquoted(image), keyword === "FROM" ? globals : scope);
            if (!stages.has(text.toLowerCase()) && !/^\d+$/.test(text)) images.push({ text, line });
        }
        if (keyword === "FROM") {
            stages.add(/\sAS\s+(\S+)/i.exec(rest)?.[1]?.toLowerCase() ?? "");
            scope = over(null);
        } else if (keyword === "ADD") run(`curl ${rest}`, scope);
        // A text alone is a script.
        else if (keyword === "RUN") run(rest.replace(/^(--\S+\s+)+/, "").replace(/^<</, "sh <<"), scope);
    }
    return images;
}

/** The instructions, each as one line, with what it is given in further ones. */
function* instructionsOf(dockerfile: string) {
    const sign = BACKTICK.test(dockerfile) ? "`" : String.raw`\\`;
    // A comment never goes on, whatever it ends with.
    const goesOn = new RegExp(`^[ \\t]*#[^\\n]*|${sign}${GOES_ON}`, "gm");
    const join = (found: string) => (found.includes("\n") ? "\v".repeat(found.split("\n").length - 1) : found);
    const lines = dockerfile.replace(goesOn, join).split("\n");
    const last = new Map(lines.map((text, at) => [text.trim(), at]));
    let [begun, line, ends]: [string[], number, string[]] = [[], 1, []];
    for (const [at, text] of lines.entries()) {
        begun.push(text);
        if (ends.length > 0) {
            if (text.trim() === ends[0]) ends.shift();
        } else if (/^\s*(RUN|COPY|ADD)\s/i.test(text)) {
            // What ends nowhere is no text: all that follows would be lost in it.
            ends = [...text.matchAll(TEXT_AFTER)].map(([, , end]) => end!).filter((end) => last.get(end)! > at);
        }
        if (ends.length > 0) continue;
        const whole = begun.join("\n");
        const [, keyword, rest = ""] = /^(\w+)\s+(.*)$/s.exec(whole.trim()) ?? [];
        if (keyword !== undefined) yield { keyword: keyword.toUpperCase(), rest: rest.replaceAll("\v", ""), line };
        line += whole.split(/[\n\v]/).length;
        begun = [];
    }
}

/** Names and values that an instruction gives; `ENV NAME a value` is the older form of one. */
function givenBy(keyword: string, rest: string): Iterable<RegExpMatchArray> {
    const alone = keyword === "ENV" ? /^(\w+)\s+(.*)$/s.exec(rest) : null;
    if (alone !== null) return [alone];
    return keyword === "ARG" || keyword === "ENV" ? rest.matchAll(ARGUMENT) : [];
}

function unquoted(word: string): string {
    return word.replace(/^(["'])(.*)\1$/, "$2");
}
