import { COMMANDS, type CommandRow } from "./commands";

/** A command's words, told apart by one row of the table. */
export interface ReadCommand {
    row: CommandRow;
    operands: string[];
    /** Images that it pulls, as they are written. */
    images: string[];
    /** The words of what it runs. */
    rest: string[];
    /** Values of switches. */
    values(...switches: string[]): string[];
    /** Everything that it is given, a line each. */
    given: string;
}

/** A word that is one variable without a value. */
export const MARK_ALONE = /^\$\{[^}]*\}$/;
/** Switches of programs themselves, before the verb, that take a value: `git -C folder clone`, `docker --context x run`. */
const GLOBAL =
    "-C -c -H -l -n --git-dir --work-tree --host --log-level --context --config --connection --url --root --namespace";
const BY_PROGRAM = new Map<string, CommandRow[]>();
for (const row of COMMANDS) {
    for (const program of row.programs.split(" ")) BY_PROGRAM.set(program, [...(BY_PROGRAM.get(program) ?? []), row]);
}

function rowsOf(program: string): readonly CommandRow[] {
    // A path ends in the program's name; an image may end in one, too: `registry:5000/base/node`.
    return BY_PROGRAM.get(program.includes(":") ? "" : program.slice(program.lastIndexOf("/") + 1)) ?? [];
}

/** Whether the table has a program. */
export function isKnown(program: string): boolean {
    return rowsOf(program).length > 0;
}

/** The rows that a command's words fit, with what they say of the words. */
export function readCommand([program = "", ...words]: readonly string[]): ReadCommand[] {
    return rowsOf(program).flatMap((row) => {
        if (row.verbs === undefined) return [toCommand(row, [], tellApart(words, row))];
        const { switches, rest } = tellApart(words, { ...row, operands: undefined, takes: GLOBAL, runs: 0 });
        const text = `${rest.slice(0, 3).join(" ")} `;
        const verb = row.verbs.split(" | ").find((each) => text.startsWith(`${each} `));
        if (verb === undefined) return [];
        return [toCommand(row, switches, tellApart(rest.slice(verb.split(" ").length), row))];
    });
}

interface Apart {
    operands: string[];
    switches: [name: string, value: string][];
    rest: string[];
}

function toCommand(row: CommandRow, before: Apart["switches"], { operands, switches, rest }: Apart): ReadCommand {
    const all = [...before, ...switches];
    const values = (...names: string[]) => all.filter(([name]) => names.includes(name)).map(([, value]) => value);
    const given = [...operands, ...all.map(([name, value]) => `${name} ${value}`)].join("\n");
    const named = row.names !== "images" ? [] : row.operands === "sources" ? operands.slice(0, -1) : operands;
    const prefixes = row.prefix?.split(" ") ?? [""];
    const images = named.flatMap((word) => {
        const prefix = prefixes.find((each) => word.startsWith(each));
        return prefix === undefined ? [] : [word.slice(prefix.length)];
    });
    images.push(...values(...(row.images?.split(" ") ?? [])).flatMap(imagesIn));
    return { row, operands, images, rest, values, given };
}

/** Images of a switch's value: by themselves, `type=registry,ref=image`, `name=docker-image://image`. */
function imagesIn(value: string): string[] {
    if (/(?:^|,)type=(?!registry)/.test(value)) return [];
    const [, named] = /(?:docker-image:\/\/|(?:^|,)(?:ref|image)=)([^,]+)/.exec(value) ?? [];
    return named !== undefined ? [named] : value.includes("=") ? [] : value.split(",");
}

function tellApart(words: readonly string[], row: CommandRow): Apart {
    const takes = [row.takes, row.fileSwitches, row.images].join(" ").split(" ");
    const starts = typeof row.runs === "string" ? row.runs.split(" ") : [];
    // What follows the image of `docker run` is for the program in it.
    const most = typeof row.runs === "number" ? row.runs : row.operands === "first" ? 1 : Number.POSITIVE_INFINITY;
    const operands: string[] = [];
    const switches: Apart["switches"] = [];
    const upTo = (at: number) => ({ operands, switches, rest: words.slice(words[at] === "--" ? at + 1 : at) });
    for (let at = 0; at < words.length; at++) {
        const word = words[at]!;
        if (starts.includes(word)) return upTo(at + 1);
        if (word === "--" || (row.names === "command" && /^\w+=/.test(word))) continue;
        if (/^-.|^\+o$/.test(word)) {
            const [name, value] = readSwitch(word, takes);
            switches.push([name, value ?? words[++at] ?? ""]);
            continue;
        }
        if (most === 0) return upTo(at);
        operands.push(word);
        // A variable alone may stand for switches.
        const isFull = operands.filter((each) => row.operands !== "first" || !MARK_ALONE.test(each)).length >= most;
        if (isFull) return upTo(at + 1);
    }
    return upTo(words.length);
}

/** A switch and its value; undefined where that is the next word. `-it` are two switches, `-v/a:/b` one with its value. */
function readSwitch(word: string, takes: readonly string[]): [name: string, value: string | undefined] {
    if (takes.includes(word)) return [word, undefined];
    const [, name, value] = /^(-[^=]+)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined) return [name, value];
    const [first, last] = [word.slice(0, 2), `-${word.at(-1)}`];
    if (word.startsWith("--")) return [word, ""];
    if (takes.includes(first)) return [first, word.slice(2)];
    return takes.includes(last) && word.length < 5 ? [last, undefined] : [word, ""];
}
