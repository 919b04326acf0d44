import { type ParseArgsConfig, parseArgs } from "node:util";
import { COMMANDS, type CommandRow } from "./commands";

/** A command's words, told apart by one row of the table. */
export interface ReadCommand {
    row: CommandRow;
    operands: string[];
    /** Images that it pulls, as they are written. */
    images: string[];
    /** The words of what it runs. */
    rest: string[];
    /** Values of switches, which are named without dashes. */
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
        const { switches, rest } = tellApart(words, { programs: "", names: row.names, takes: GLOBAL, runs: 0 });
        const text = `${rest.slice(0, 3).join(" ")} `;
        const verb = row.verbs.split(" | ").find((each) => text.startsWith(`${each} `));
        if (verb === undefined) return [];
        return [toCommand(row, switches, tellApart(rest.slice(verb.split(" ").length), row))];
    });
}

interface Apart {
    operands: string[];
    switches: { name: string; value: string }[];
    rest: string[];
}

function toCommand(row: CommandRow, before: Apart["switches"], { operands, switches, rest }: Apart): ReadCommand {
    const all = [...before, ...switches];
    const values = (...names: string[]) => all.filter(({ name }) => names.includes(name)).map(({ value }) => value);
    const given = [...operands, ...all.map(({ name, value }) => `${name} ${value}`)].join("\n");
    const named = row.names !== "images" ? [] : row.operands === "sources" ? operands.slice(0, -1) : operands;
    const prefixes = row.prefix?.split(" ") ?? [""];
    const images = named.flatMap((word) => {
        const prefix = prefixes.find((each) => word.startsWith(each));
        return prefix === undefined ? [] : [word.slice(prefix.length)];
    });
    images.push(...values(...namesOf(row.images)).flatMap(imagesIn));
    return { row, operands, images, rest, values, given };
}

/** Switches of the table without their dashes. */
export function namesOf(switches = ""): string[] {
    return switches.split(" ").map((one) => one.replace(/^-+/, ""));
}

/** Images of a switch's value: by themselves, `type=registry,ref=image`, `name=docker-image://image`. */
function imagesIn(value: string): string[] {
    if (/(?:^|,)type=(?!registry)/.test(value)) return [];
    const [, named] = /(?:docker-image:\/\/|(?:^|,)(?:ref|image)=)([^,]+)/.exec(value) ?? [];
    return named !== undefined ? [named] : value.includes("=") ? [] : value.split(",");
}

/** Switches that take a value, as Node's own reader of arguments wants to be told. */
function optionsOf(switches: readonly string[]): NonNullable<ParseArgsConfig["options"]> {
    const names = switches.map((one) => one.replace(/^-+/, ""));
    return Object.fromEntries(
        names.map((name) => [name, { type: "string" as const, ...(name.length === 1 && { short: name }) }]),
    );
}

function tellApart(words: readonly string[], row: CommandRow): Apart {
    const takes = [row.takes, row.fileSwitches, row.images].flatMap((switches) => switches?.split(" ") ?? []);
    const starts = typeof row.runs === "string" ? row.runs.split(" ") : [];
    const start = words.findIndex((word) => starts.includes(word));
    const own = start < 0 ? words : words.slice(0, start);
    // Some spell long switches with one dash: `-File`, `-Pname=value`.
    const isLong = (word: string) => /^-[A-Z]\w+=/.test(word) || (/^-\w{2}/.test(word) && takes.includes(word));
    const args = own.map((word) => (isLong(word) ? `-${word}` : word));
    const { tokens } = parseArgs({
        args,
        options: optionsOf(takes),
        strict: false,
        allowPositionals: true,
        tokens: true,
    });
    const found: Apart = { operands: [], switches: [], rest: start < 0 ? [] : words.slice(start + 1) };
    // What follows the image of `docker run` is for the program in it. A variable alone may stand for switches.
    const most = typeof row.runs === "number" ? row.runs : row.operands === "first" ? 1 : Number.POSITIVE_INFINITY;
    let left = most;
    for (const token of tokens) {
        if (token.kind === "option") found.switches.push({ name: token.name, value: token.value ?? "" });
        if (token.kind !== "positional" || (row.names === "command" && /^\w+=/.test(token.value))) continue;
        if (left > 0) found.operands.push(token.value);
        if (left > 0 && !(row.operands === "first" && MARK_ALONE.test(token.value))) left--;
        if (left > 0) continue;
        const rest = words.slice(most === 0 ? token.index : token.index + 1);
        return { ...found, rest: rest[0] === "--" ? rest.slice(1) : rest };
    }
    return found;
}
