import { parseArgs } from "node:util";
import { COMMANDS, type CommandRow } from "./commands";

/** A command's words, classified by one row of the table. */
export interface ReadCommand {
    row: CommandRow;
    operands: string[];
    /** Images that it pulls, as written. */
    images: string[];
    /** The words of the command that it runs. */
    rest: string[];
    /** Values of the named switches; the names are separated by spaces. */
    values(switches?: string): string[];
    /** Everything that it is given, one per line. */
    given: string;
}

/** A word that is only a variable without a value. */
export const MARK_ALONE = /^\$\{[^}]*\}$/;
/** Switches with a value that mostly precede the verb: `git -C folder clone`, `docker --context x run`. */
const GLOBAL =
    "-C -c -H --git-dir --work-tree --host --log-level --context --config --connection --url --root --namespace";
/** Words that name a script or an image, and so are not the value of a switch. */
const NO_VALUE: Partial<Record<CommandRow["names"], RegExp>> = {
    command: /^\.\.?\/|\.(ba)?sh$/,
    images: /^[^/]*[.:][^/]*\/|^\$\{/,
};
const BY_PROGRAM = new Map<string, CommandRow[]>();
for (const row of COMMANDS) {
    for (const program of row.programs.split(" ")) BY_PROGRAM.set(program, [...(BY_PROGRAM.get(program) ?? []), row]);
}

/** The table's rows for a program. */
export function rowsOf(program: string): readonly CommandRow[] {
    // A path ends with the program's name, but so may an image: `registry:5000/base/node`.
    return BY_PROGRAM.get(/.:/.test(program) ? "" : program.slice(program.lastIndexOf("/") + 1)) ?? [];
}

export function isShell(program: string): boolean {
    return /^(\S*\/)?(ba|da|a|z|k)?sh(\s+-\w*)*$/.test(program);
}

/** The rows that match a command's words, with the words classified. */
export function readCommand([program = "", ...words]: readonly string[]): ReadCommand[] {
    const all = rowsOf(program).flatMap((row) => readBy(row, words) ?? []);
    return all.filter(({ row }) => all.length === 1 || !isOfImages(row));
}

/** Whether a row is of a tool for images, in which every verb without a row of its own names images. */
function isOfImages({ names, verbs }: CommandRow): boolean {
    return names === "images" && verbs === undefined;
}

function readBy(row: CommandRow, words: readonly string[]): ReadCommand | undefined {
    const verbs = row.verbs?.split(" | ") ?? [""];
    // Most rows of a program are for other verbs, which can be seen without classifying the words.
    const firsts = verbs.map((verb) => verb.split(" ", 1)[0]!);
    if (row.verbs !== undefined && !words.some((word) => firsts.includes(word))) return undefined;
    const tokens = tokensOf(words, row, firsts);
    const given = tokens.flatMap((token) => (token.kind === "positional" ? [token] : []));
    const text = ["", ...given.slice(0, 3).map(({ value }) => value), ""].join(" ");
    const verb = verbs.find((each) => each === "" || text.startsWith(` ${each} `));
    if (verb === undefined) return undefined;
    const isSetting = (word: string) => row.names === "command" && /^\w+=/.test(word);
    const all = given.slice(verb.split(" ").filter(Boolean).length).filter(({ value }) => !isSetting(value));
    // Words after the image of `docker run` belong to its program. A word that is only a variable may hold switches.
    const most = row.runs ?? (row.operands === "first" ? 1 : Number.POSITIVE_INFINITY);
    const isVerb = (word: string) => isOfImages(row) && /^[\w-]+$/.test(word);
    const counted = all.filter(({ value }) => row.operands === undefined || !(MARK_ALONE.test(value) || isVerb(value)));
    const last = counted[Math.max(most, 1) - 1]?.index ?? words.length;
    const end = most === 0 ? last : last + 1;
    const rest = words.slice(words[end] === "--" ? end + 1 : end);
    const operands = all.flatMap(({ value, index }) => (index < end ? [value] : []));
    const switches = tokens.flatMap((token) => (token.kind === "option" && token.index < end ? [token] : []));
    const values = (named = "") => {
        const names = named.split(" ").map((one) => one.replace(/^-+/, ""));
        return switches.flatMap(({ name, value = "" }) => (names.includes(name) ? [value] : []));
    };
    const lines = [...operands, ...switches.map(({ name, value = "" }) => `${name} ${value}`)];
    const copies = row.operands === undefined && words.some((word) => /^(copy|cp|sync)$/.test(word));
    const images = [...imagesAmong(operands, row, copies), ...values(row.images).flatMap(imagesIn)];
    return { row, operands, images, rest, values, given: lines.join("\n") };
}

function imagesAmong(operands: readonly string[], row: CommandRow, copies: boolean): string[] {
    const named = row.names !== "images" ? [] : copies ? operands.slice(0, -1) : operands;
    const prefixes = row.prefix?.split(" ") ?? [""];
    return named.flatMap((word) => {
        const prefix = prefixes.find((each) => word.startsWith(each));
        // Some commands that need no scheme accept one.
        return prefix === undefined ? [] : [word.slice(prefix.length).replace(/^docker:\/\//, "")];
    });
}

/** Images in a switch's value: plain, `type=registry,ref=image`, `name=docker-image://image`. */
function imagesIn(value: string): string[] {
    const [, named] = /(?:docker-image:\/\/|(?:^|,)(?:ref|image|from)=)([^,]+)/.exec(value) ?? [];
    return named !== undefined ? [named] : value.includes("=") ? [] : value.split(",");
}

/** Splits words into switches and values with Node's own argument parser. `verbs` are never values of switches. */
function tokensOf(words: readonly string[], row: CommandRow, verbs: readonly string[]) {
    const { names, takes, bare, fileSwitches, images, folder } = row;
    const among = (all: string, name: string) =>
        ` ${all} `.includes(` --${name} `) || ` ${all} `.includes(` -${name} `);
    const named = [GLOBAL, takes, fileSwitches, images, folder].join(" ");
    // If the table lists no switches, the word after a switch shows whether it is the switch's value.
    const isTold = takes !== undefined || bare !== undefined || !(names in NO_VALUE);
    const isValue = (word = "-") =>
        !/^-/.test(word) && rowsOf(word).length === 0 && !NO_VALUE[names]!.test(word) && !verbs.includes(word);
    const takesValue = (name: string, next?: string) =>
        among(named, name) || (isTold ? bare !== undefined && !among(bare, name) : isValue(next));
    // Some programs write long switches with one dash: `-File`, `-DskipTests`, `-Pname.of.it=value`.
    const isLong = (word: string) =>
        /^-[DPX]\w|^-[A-Z][\w.-]+=/.test(word) ||
        (/^-\w{2}/.test(word) && among(named, word.slice(1).split("=", 1)[0]!));
    const args = words.map((word) => (isLong(word) ? `-${word}` : word));
    const switches = args.flatMap((word, at) => {
        const [, long, short = ""] = /^--([^=]+)|^-(\w+)/.exec(word) ?? [];
        const all = long === undefined ? [...short] : [long];
        return all.filter((name) => takesValue(name, args[at + 1]));
    });
    const options = Object.fromEntries(
        switches.map((name) => [name, { type: "string" as const, ...(name.length === 1 && { short: name }) }]),
    );
    return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}
