import { parseArgs } from "node:util";
import { COMMANDS, type CommandRow } from "./commands";

/** A command's words, told apart by one row of the table. */
export interface ReadCommand {
    row: CommandRow;
    operands: string[];
    /** Images that it pulls, as they are written. */
    images: string[];
    /** The words of what it runs. */
    rest: string[];
    /** Values of switches, separated by spaces. */
    values(switches?: string): string[];
    /** Everything that it is given, a line each. */
    given: string;
}

/** A word that is one variable without a value. */
export const MARK_ALONE = /^\$\{[^}]*\}$/;
/** Switches of programs themselves that take a value, mostly before the verb: `git -C folder clone`, `docker --context x run`. */
const GLOBAL =
    "-C -c -H --git-dir --work-tree --host --log-level --context --config --connection --url --root --namespace";
/** What names a script, or an image, and is therefore no value of a switch. */
const NO_VALUE: Partial<Record<CommandRow["names"], RegExp>> = {
    command: /^\.\.?\/|\.(ba)?sh$/,
    images: /^[^/]*[.:][^/]*\/|^\$\{/,
};
const BY_PROGRAM = new Map<string, CommandRow[]>();
for (const row of COMMANDS) {
    for (const program of row.programs.split(" ")) BY_PROGRAM.set(program, [...(BY_PROGRAM.get(program) ?? []), row]);
}

/** The rows of the table that a program has. */
export function rowsOf(program: string): readonly CommandRow[] {
    // A path ends in the program's name; an image may end in one, too: `registry:5000/base/node`.
    return BY_PROGRAM.get(/.:/.test(program) ? "" : program.slice(program.lastIndexOf("/") + 1)) ?? [];
}

export function isShell(program: string): boolean {
    return /^(\S*\/)?(ba|da|a|z|k)?sh(\s+-\w*)*$/.test(program);
}

/** The rows that a command's words fit, with what they say of the words. */
export function readCommand([program = "", ...words]: readonly string[]): ReadCommand[] {
    const all = rowsOf(program).flatMap((row) => readBy(row, words) ?? []);
    return all.filter(({ row }) => all.length === 1 || !isOfImages(row));
}

/** A row of a tool for images: whatever verb has no row of its own asks for them. */
function isOfImages({ names, verbs }: CommandRow): boolean {
    return names === "images" && verbs === undefined;
}

function readBy(row: CommandRow, words: readonly string[]): ReadCommand | undefined {
    const verbs = row.verbs?.split(" | ") ?? [""];
    // Most rows of a program are for other verbs, which shows before the words are told apart.
    const firsts = verbs.map((verb) => verb.split(" ", 1)[0]!);
    if (row.verbs !== undefined && !words.some((word) => firsts.includes(word))) return undefined;
    const tokens = tokensOf(words, row, firsts);
    const given = tokens.flatMap((token) => (token.kind === "positional" ? [token] : []));
    const text = ["", ...given.slice(0, 3).map(({ value }) => value), ""].join(" ");
    const verb = verbs.find((each) => each === "" || text.startsWith(` ${each} `));
    if (verb === undefined) return undefined;
    const isSetting = (word: string) => row.names === "command" && /^\w+=/.test(word);
    const all = given.slice(verb.split(" ").filter(Boolean).length).filter(({ value }) => !isSetting(value));
    // What follows the image of `docker run` is for the program in it. A variable alone may stand for switches.
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
        // Some that need no scheme take one.
        return prefix === undefined ? [] : [word.slice(prefix.length).replace(/^docker:\/\//, "")];
    });
}

/** Images of a switch's value: by themselves, `type=registry,ref=image`, `name=docker-image://image`. */
function imagesIn(value: string): string[] {
    const [, named] = /(?:docker-image:\/\/|(?:^|,)(?:ref|image|from)=)([^,]+)/.exec(value) ?? [];
    return named !== undefined ? [named] : value.includes("=") ? [] : value.split(",");
}

/** The words as Node's own reader of arguments tells them apart. `verbs`: what is none of a switch's values. */
function tokensOf(words: readonly string[], row: CommandRow, verbs: readonly string[]) {
    const { names, takes, bare, fileSwitches, images, folder } = row;
    const among = (all: string, name: string) =>
        ` ${all} `.includes(` --${name} `) || ` ${all} `.includes(` -${name} `);
    const named = [GLOBAL, takes, fileSwitches, images, folder].join(" ");
    // Where the table has no switches, what follows one shows whether it is its value.
    const isTold = takes !== undefined || bare !== undefined || !(names in NO_VALUE);
    const isValue = (word = "-") =>
        !/^-/.test(word) && rowsOf(word).length === 0 && !NO_VALUE[names]!.test(word) && !verbs.includes(word);
    const takesValue = (name: string, next?: string) =>
        among(named, name) || (isTold ? bare !== undefined && !among(bare, name) : isValue(next));
    // Some spell long switches with one dash: `-File`, `-DskipTests`, `-Pname.of.it=value`.
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
