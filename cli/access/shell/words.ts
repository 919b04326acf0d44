import * as path from "node:path";
import {
    type Assignment,
    forEachChild,
    type ParameterExpansionPart,
    type ParameterOperation,
    type SyntaxNode,
    type Word,
    type WordPart,
} from "unbash";
import type { CommandRow } from "./commands";
import { COMPUTED, expand, over, PROJECT_DIR, type Variables } from "./variables";

/** Separates words that the shell splits, and elements of a list. */
export const SPLIT = "\0";
/** Marks empty quotes, which are a word. */
const EMPTY = "\u0001";
/** Delimit the alternatives of a part of a text. */
const [OPEN, OR, CLOSE] = ["\u0002", "\u0003", "\u0004"];
/** The prefix of a list's element: `[key]=element`. */
const KEY = /^\[[^\]]*\]=/;
type Written = Pick<Word, "parts" | "value">;

const MOST_VALUES = 100;
const LONGEST = 10_000;

/** The context of a command, which is restored after it. */
export interface Place {
    /** The command as written. */
    written: string;
    /** Values of variables set for it or by it, and names of files that it reads or writes. */
    texts: readonly string[];
    /** Its standard input; undefined if unknown. */
    input?: string;
    /** File that its output goes to; a path below `/dev` is not a file. */
    output?: string;
    /** Script of the repository that contains it; undefined for the job's own commands. */
    source?: string;
    /** In a container, or on a machine that got no job token; undefined for the job's own shell. */
    away?: CommandRow["away"];
}

/**
 * Computes what the words of a script become when it runs. One text represents all of its alternatives, so that texts
 * are simply concatenated; `choices` lists the alternatives.
 */
export abstract class Expansion {
    protected directory = PROJECT_DIR;
    /** The script's variables, over outer ones. */
    protected values = over(null);
    protected args: string[] = [];
    protected at: Place;

    constructor(
        protected readonly variables: Variables,
        source?: string,
    ) {
        this.at = { written: "", texts: [], input: "", source };
    }

    /** Runs something and returns what it prints; undefined if that is not known. */
    protected abstract output(node: SyntaxNode): string | undefined;
    protected abstract tooMany(): void;

    /** All alternatives of a text. */
    protected choices(text: string): string[] {
        const [head = "", ...others] = text.split(OPEN);
        return others.reduce<string[]>(
            (heads, other) => {
                const [inner = "", rest = ""] = other.split(CLOSE);
                const all = heads.flatMap((start) => inner.split(OR).map((each) => start + each + rest));
                if (all.length > MOST_VALUES) this.tooMany();
                return all.slice(0, MOST_VALUES);
            },
            [head],
        );
    }

    /** A text with these alternatives. */
    protected oneOf(texts: readonly string[]): string {
        const all = [...new Set(texts.flatMap((text) => this.choices(text)))];
        return all.length < 2 ? (all[0] ?? "") : OPEN + all.join(OR) + CLOSE;
    }

    /** The alternative word lists of a command. A word that becomes empty is dropped unless it is quoted. */
    protected lists(words: readonly Word[]): string[][] {
        return this.choices(words.map((word) => this.word(word)).join(SPLIT)).map((line) =>
            line.split(SPLIT).flatMap((word) => (word === "" ? [] : [plain(word)])),
        );
    }

    protected word({ parts, value }: Written): string {
        return parts === undefined ? value || EMPTY : this.joined(parts, true);
    }

    /** A word in a place where the shell does not split it: `NAME=word`, `> word`. */
    protected text({ parts, value }: Written): string {
        return parts === undefined ? value : plain(this.joined(parts, false));
    }

    private joined(parts: readonly WordPart[], isSplit: boolean): string {
        const texts = parts.map((part) => {
            const splits = isSplit && /^(Simple|Parameter|Command)Expansion$/.test(part.type);
            return splits ? this.part(part).replace(/\s+/g, SPLIT) : this.part(part);
        });
        return texts.join("");
    }

    private part(part: WordPart): string {
        switch (part.type) {
            case "DoubleQuoted":
            case "LocaleString": {
                // Arguments, and elements of a list, remain separate words.
                const [, args, list] = /^"\$\{?(?:(@)|(\w+)\[@\])\}?"$/.exec(part.text) ?? [];
                return args || list ? this.value((args ?? list)!) : plain(this.joined(part.parts, false)) || EMPTY;
            }
            case "SimpleExpansion":
                return this.scalar(part.text.slice(1));
            case "ParameterExpansion":
                return this.parameter(part);
            case "CommandExpansion":
                return ((part.script && this.output(part.script)) ?? COMPUTED).replace(/\n+$/, "");
            case "ProcessSubstitution":
                if (part.script) this.output(part.script);
                return COMPUTED;
            case "BraceExpansion":
                return /^\{[^{}$.]*,[^{}$]*\}$/.test(part.text)
                    ? this.oneOf(part.text.slice(1, -1).split(","))
                    : COMPUTED;
            default:
                return "value" in part ? part.value || EMPTY : COMPUTED;
        }
    }

    private parameter({ parameter, prefix, index, operation }: ParameterExpansionPart): string {
        const text = /^[@*]$/.test(index?.text ?? "") ? this.value(parameter) : this.scalar(parameter);
        const unset = text === `\${${parameter}}`;
        if (prefix !== undefined) return COMPUTED;
        if (operation === undefined) return text;
        if (operation.type === "Default") {
            const { operator, operand } = operation;
            const empty = unset || (operator.startsWith(":") && text === "");
            if (operator.includes("+")) return empty ? "" : this.text(operand);
            return empty && !operator.includes("?") ? this.text(operand) : text;
        }
        return unset ? COMPUTED : this.changes(text, operation);
    }

    private changes(text: string, operation: ParameterOperation): string {
        const change = (how: (value: string) => string) => this.oneOf(this.choices(text).map(how));
        if (operation.type === "CaseModification" && operation.operator === ",,") {
            return change((value) => value.toLowerCase());
        }
        if (operation.type !== "Remove" && operation.type !== "Replace") return COMPUTED;
        const [pattern, other] =
            operation.type === "Replace"
                ? [operation.pattern, this.text(operation.replacement)]
                : [operation.operand, ""];
        // Expanded only once, because the pattern may contain further patterns.
        const wanted = this.text(pattern);
        return wanted.includes(OPEN) ? COMPUTED : change((value) => changed(value, operation.operator, wanted, other));
    }

    /** The value of a variable; for a list, any of its elements. */
    private scalar(name: string): string {
        const value = this.value(name);
        return name === "@" || !value.includes(SPLIT) ? value : this.oneOf(value.split(SPLIT));
    }

    protected value(name: string): string {
        if (name === "PWD") return this.directory;
        if (name === "@" || name === "*") return this.args.map((each) => each || EMPTY).join(SPLIT);
        if (/^[1-9]\d*$/.test(name)) return this.args[Number(name) - 1] ?? "";
        if (name === "0" || name === "BASH_SOURCE") return path.posix.join(PROJECT_DIR, this.at.source ?? COMPUTED);
        return this.values[name] ?? expand(`\${${name}}`, this.variables);
    }

    /** Sets a variable as a script does, and returns its values. */
    protected assigned({ name, value, append, index }: Assignment): string[] {
        const list =
            value.type === "Word"
                ? [this.text(value)]
                : value.elements.flatMap((word) => this.lists([word]).flat()).map((each) => each.replace(KEY, ""));
        // The keys of elements are not kept: an element with a key is added to the others.
        const isElement = index !== undefined;
        const isList = isElement || value.type !== "Word";
        const goesOn = isList ? (append || isElement) && this.values[name] !== undefined : append;
        this.assign(name, [...(goesOn ? [this.value(name)] : []), ...list].join(isList ? SPLIT : ""));
        return list;
    }

    protected assign(name: string, value: string): void {
        this.values[name] = value.length > LONGEST ? COMPUTED : this.oneOf([value]);
    }
}

/** A text with spaces where it would be split. */
function plain(text: string): string {
    return text.replaceAll(SPLIT, " ").replaceAll(EMPTY, "");
}

/** Applies `${NAME#pattern}`, `${NAME/pattern/other}` and the like if that is fast: both texts are untrusted. */
function changed(value: string, operator: string, pattern: string, other: string): string {
    const isSimple = value.length <= 200 && pattern.length <= 50 && pattern.split("*").length <= 3;
    if (!isSimple || /[[\]]/.test(pattern)) return COMPUTED;
    const glob = (any: string) =>
        pattern.replace(/\\(.?)|[.+^$(){}|/]|\*|\?/g, (sign, escaped?: string) =>
            sign === "*" ? any : sign === "?" ? "." : `\\${escaped || sign}`,
        );
    const most = glob(".*");
    const begins = /^(#|\/#)/.test(operator);
    const ends = /^(%%|\/%)/.test(operator);
    // The text before the shortest suffix is the longest prefix.
    if (operator === "%") return value.replace(new RegExp(`^(.*)${most}$`, "s"), "$1");
    const found = `${begins ? "^" : ""}${operator === "#" ? glob(".*?") : most}${ends ? "$" : ""}`;
    return value.replace(new RegExp(found, operator === "//" ? "gs" : "s"), () => other);
}

/** Whether the remaining arguments depend on the number of a loop's turns. */
export function shifts(node: SyntaxNode): boolean {
    const parts: SyntaxNode[] = [];
    forEachChild(node, (child) => void parts.push(child));
    return isNamed(node, "shift") || parts.some(shifts);
}

export function isNamed(node: SyntaxNode | undefined, ...names: string[]): boolean {
    return node?.type === "Command" && names.includes(node.name?.value ?? "");
}

/** The exit status of a command, if it is certain. */
export function outcome(node: SyntaxNode | undefined): boolean | undefined {
    if (node?.type === "CompoundList") return outcome(node.commands.at(-1)?.command);
    return isNamed(node, "true", ":") ? true : isNamed(node, "false") ? false : undefined;
}

/** How many commands and enclosing constructs may still run, so that scripts that call each other end. */
export function newBudget() {
    return { left: 15_000 };
}
