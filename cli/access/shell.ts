import * as path from "node:path";
import { type Command, forEachChild, parse, type Redirection, type SyntaxNode, type Word, type WordPart } from "unbash";
import { isKnown, MARK_ALONE, type Names, type ReadCommand, readCommand } from "./commands";
import { isSimple, removed, replaced } from "./patterns";
import { whyHidden } from "./references";
import { COMPUTED, expand, PROJECT_DIR, type Variables } from "./variables";

/** One simple command as it runs: quotes resolved, variables replaced as far as they are known, `sudo` and its kin gone. */
export interface ShellCommand {
    words: string[];
    /** Values of the variables that are set for it or by it, and names of files that it reads or writes. */
    texts: string[];
    /** As it is written. */
    written: string;
    /** What it reads on its standard input; undefined where nobody can tell. */
    input?: string;
    /** Where it runs. */
    directory: string;
    /** File that its output goes to; `|` for another command. */
    output?: string;
    /** Script of the repository that it stands in; undefined for the job's own commands. */
    source?: string;
    /** In a container, or on another machine to which no job token was sent; undefined for the job's own shell. */
    away?: "container" | "machine";
}

/** What a script's commands are told to. */
export interface Watcher {
    /** A command, by the rows of the table that it fits; what it runs is told by itself. */
    command(command: ShellCommand, rows: readonly ReadCommand[]): void;
    /** A file of the repository; undefined when there is none, without a text when it is no shell script. */
    script(file: string, directory: string): { text?: string; source?: string } | undefined;
    /** Something that is not read, and why. */
    problem(written: string, why: string): void;
}

const SETTER = /^(export|declare|local|readonly|typeset)$/;
/** Programs that print: what they are given is no command. */
export const PRINTER = /^(echo|printf|cat|tee)$/;
const SCRIPT = /\.(ba)?sh$/;
/** What these print for `eval` sets variables, and fetches nothing. */
const PRINTS_SETTINGS =
    /^eval\s+["'$`(\s]*(?:\S*\/)?(ssh-agent|opam|conda|micromamba|brew|direnv|pyenv|rbenv|nodenv|dircolors|minikube|docker-machine|spack|keychain|fnm|mise|perl)\b/;
/** What is all about another command. */
const RUNS: readonly Names[] = ["command", "elsewhere", "text", "script"];
const NO_SCRIPT = "this script is not in the repository";
const NOT_KNOWN = "what this shell reads is not known. The job's log shows what it does";
const MOST_VALUES = 100;
const DEEPEST = 12;
/** Stands for a space at which the shell splits a word. */
const SPLIT = "\0";

/** Runs a script in thought: all branches are taken, loops once with every value, nothing is executed. */
export function runScript(text: string, variables: Variables, watcher: Watcher): void {
    new Shell(variables, watcher).run(text);
}

/** Every value that each variable of a script may have; changes are seen here and further inside. */
class Values {
    readonly own = new Map<string, string[]>();

    constructor(private readonly outside?: Values) {}

    get(name: string): string[] | undefined {
        return this.own.get(name) ?? this.outside?.get(name);
    }
}

class Shell {
    private directory = PROJECT_DIR;
    private above: string[] = [];
    private values = new Values();
    private args: string[] = [];
    private functions = new Map<string, SyntaxNode>();
    private depth = 0;
    /** Commands that may still be run, so that scripts which call each other end. */
    private budget = { left: 5000 };
    private source: string | undefined;
    /** The command that is read, as it is written. */
    private statement = "";
    private away: ShellCommand["away"];

    constructor(
        private readonly variables: Variables,
        private readonly watcher: Watcher,
    ) {}

    run(text: string): void {
        const script = parse(text);
        for (const { pos } of script.errors ?? []) {
            this.watcher.problem(lineAt(text, pos), "this is no shell script, or one that is not understood");
        }
        this.node(script);
    }

    /** A shell of its own, as brackets, pipes and substitutions have: what it changes is lost. */
    private child(away = this.away): Shell {
        const { directory, functions, depth, source, budget, values, args } = this;
        const own = { directory, functions, source, args, budget, away, depth: depth + 1, values: new Values(values) };
        return Object.assign(new Shell(this.variables, this.watcher), own);
    }

    /** Takes each branch from the same start; afterwards a variable may have any of the branches' values. */
    private branches(branches: readonly (SyntaxNode | undefined)[]): void {
        const { values: start, directory } = this;
        const ends = branches.map((branch) => {
            Object.assign(this, { values: new Values(start), directory });
            if (branch !== undefined) this.node(branch);
            return { values: this.values, directory: this.directory };
        });
        this.directory = ends.find((end) => end.directory !== directory)?.directory ?? directory;
        this.values = start;
        for (const name of new Set(ends.flatMap(({ values }) => [...values.own.keys()]))) {
            const all = ends.flatMap(({ values }) => values.get(name) ?? []);
            start.own.set(name, this.few([...new Set(all)]));
        }
    }

    private node(node: SyntaxNode, redirects: readonly Redirection[] = [], piped = false): void {
        switch (node.type) {
            case "Script":
            case "CompoundList":
                for (const { command } of node.commands) {
                    this.node(command);
                    if (isNamed(command, "exit", "return")) return;
                }
                return;
            case "AndOr": {
                let last: boolean | undefined;
                for (const [at, command] of node.commands.entries()) {
                    if (at > 0 && last === (node.operators[at - 1] === "||")) continue;
                    this.node(command);
                    last = outcome(command);
                }
                return;
            }
            case "Pipeline":
                for (const [at, command] of node.commands.entries()) {
                    (node.commands.length > 1 ? this.child() : this).node(command, [], at < node.commands.length - 1);
                }
                return;
            case "If": {
                const taken: (SyntaxNode | undefined)[] = [];
                for (const { clause, then } of [node, ...node.elif]) {
                    this.node(clause);
                    const holds = outcome(clause.commands.at(-1)?.command);
                    if (holds !== false) taken.push(then);
                    if (holds === true) break;
                    if (clause === (node.elif.at(-1) ?? node).clause) taken.push(node.else);
                }
                this.branches(taken);
                return;
            }
            case "While":
                this.node(node.clause);
                if (outcome(node.clause.commands.at(-1)?.command) !== (node.kind === "until")) {
                    this.node(node.body, redirects, piped);
                }
                return;
            case "Case": {
                const isWhole = node.items.some(({ pattern }) => pattern.some(({ text }) => text === "*"));
                this.branches([...node.items.map(({ body }) => body), ...(isWhole ? [] : [undefined])]);
                return;
            }
            case "For": {
                const values = node.wordlist?.flatMap((word) => this.words(word).flat()) ?? this.args;
                for (const value of values.length === 0 ? [COMPUTED] : values) {
                    this.values.own.set(node.name.value, [value]);
                    this.node(node.body);
                }
                return;
            }
            case "CommandExpansion":
            case "ProcessSubstitution":
                if (node.script) this.child().node(node.script);
                return;
            case "Subshell":
                this.child().node(node.body);
                return;
            case "Redirected":
                this.node(node.command, node.redirects, piped);
                return;
            case "Function":
                this.functions.set(node.name.value, node.body);
                return;
            case "Command":
                this.command(node, [...redirects, ...node.redirects], piped);
                return;
            default:
                forEachChild(node, (child) => this.node(child, redirects, piped));
        }
    }

    private command(node: Command, redirects: readonly Redirection[], piped: boolean): void {
        const written = [node.name, ...node.args].map((part) => part?.text ?? "").join(" ");
        this.statement = written;
        const texts: string[] = [];
        let commands: string[][] = node.name === undefined ? [[]] : this.words(node.name);
        const outside = this.values;
        // What is set for one command is gone after it.
        const passes = node.name !== undefined && !SETTER.test(node.name.value);
        if (passes && node.prefix.length > 0) this.values = new Values(outside);
        for (const part of [...node.prefix, ...node.args]) {
            if (part.type === "Word") {
                const all = this.words(part);
                commands = this.few(commands.flatMap((head) => all.map((tail) => [...head, ...tail])));
            }
            if (part.type !== "Assignment") continue;
            const list = part.value.type === "Word" ? [part.value] : part.value.elements;
            const values = list.flatMap((word) => this.alternatives(word));
            texts.push(...values.map((value) => value.replaceAll(SPLIT, " ")));
            const before = part.append ? this.valuesOf(part.name) : [""];
            const after = before.flatMap((old) => values.map((value) => old + value));
            this.values.own.set(part.name, this.few(after));
        }
        const { directory, source, away } = this;
        let output = piped ? "|" : undefined;
        let input: string | undefined;
        for (const one of redirects) {
            if (one.type === "HereDoc") input = one.body.parts ? this.joined(one.body.parts)[0]! : one.body.text;
            else if (one.target) {
                const [target = ""] = this.alternatives(one.target);
                texts.push(target);
                if (one.operator === "<<<") input = target.replaceAll(SPLIT, " ");
                else if (one.operator === "<" && takesText(commands[0]!)) {
                    input = this.watcher.script(target, directory)?.text;
                } else if (one.operator.includes(">") && !/^\d$|^\/dev\//.test(target)) output = target;
            }
        }
        for (const words of commands) this.execute({ words, texts, written, input, directory, output, source, away });
        if (passes) this.values = outside;
    }

    /** What the shell does itself is done; everything else is told to the watcher. */
    private execute(command: ShellCommand): void {
        const { words, written, directory } = command;
        const [program = "", ...args] = words;
        const name = path.posix.basename(program);
        if (--this.budget.left === 0) this.watcher.problem(written, "there is too much to follow from here on");
        if (this.depth > DEEPEST || this.budget.left <= 0) return;
        const body = this.functions.get(program);
        if (body !== undefined) this.inside({ args }, () => this.node(body));
        else if (name === "cd" || name === "pushd") {
            if (name === "pushd") this.above.push(directory);
            const to = args.find((word) => !/^--?\w*$/.test(word));
            this.directory = path.posix.resolve(directory, args[0] === "-" ? PROJECT_DIR : (to ?? "/root"));
        } else if (name === "popd") this.directory = this.above.pop() ?? this.directory;
        else if (/^(read|mapfile|readarray)$/.test(name))
            for (const word of args) this.values.own.set(word, [COMPUTED]);
        else if (name === "shift") this.args = this.args.slice(Number(args[0] ?? 1));
        else if (name === "set" && args.includes("--")) this.args = args.slice(args.indexOf("--") + 1);
        else if (/^(\.|source)$/.test(name))
            this.script(args[0] ?? "", args.length > 1 ? args.slice(1) : undefined, command);
        else if (isScript(program)) this.child().script(program, args, command);
        else this.program(command);
    }

    /** A program, and what it runs. */
    private program(command: ShellCommand): void {
        const { words, written } = command;
        const [program = "", ...args] = words;
        const rows = readCommand(words);
        const runs = rows.find(({ row }) => row.runs !== undefined);
        if (runs === undefined || !RUNS.includes(runs.row.names)) {
            // Programs that nobody here knows may run what follows: `srun`, `retry 3`, a name without a value.
            const follows = (_: string, at: number) => this.isRunnable(args.slice(at));
            const at = rows.length > 0 || PRINTER.test(program) ? -1 : args.findIndex(follows);
            const inner = at < 0 ? (runs?.rest ?? []) : args.slice(at);
            this.watcher.command({ ...command, words: words.slice(0, words.length - inner.length) }, rows);
            const entrypoint = runs?.switches.find(([flag]) => flag === "--entrypoint")?.[1];
            const all = entrypoint ? [entrypoint, ...inner] : inner;
            if (all.length === 0) return;
            const shell = runs === undefined ? this : this.child("container");
            shell.inside({}, () => shell.execute({ ...command, words: all, away: shell.away }));
            return;
        }
        const given = (...names: string[]) => runs.switches.find(([flag]) => names.includes(flag))?.[1];
        const { row, rest } = runs;
        if (row.names === "command") {
            const mark = given("-I") ?? "{}";
            const filled = row.fills ? rest.map((word) => word.replaceAll(mark, COMPUTED)) : rest;
            const inner = row.fills && filled.join() === rest.join() ? [...filled, COMPUTED] : filled;
            if (rest.length > 0) this.inside({}, () => this.execute({ ...command, words: inner }));
        } else if (row.names === "script") {
            const text = given("-c");
            const [file, ...others] = rest;
            if (text !== undefined) this.child().inside({ args: others }, (shell) => shell.run(text));
            else if (file !== undefined && file !== "-" && given("-s") === undefined)
                this.child().script(file, others, command);
            else if (command.input !== undefined)
                this.child().inside({ args: rest }, (shell) => shell.run(command.input!));
            else this.watcher.problem(written, NOT_KNOWN);
        } else {
            // The shell on another machine gets the words as one text.
            const text = given("-c", "--command") ?? (rest.join(" ") || command.input || "");
            const sends = /CI_JOB_TOKEN|CI_REGISTRY_PASSWORD/.test(`${text}${command.input}`);
            const shell = row.names === "text" ? this : this.child(sends ? undefined : "machine");
            const fed = command.input !== undefined && isShell(text) ? command.input : text;
            if (!MARK_ALONE.test(fed.trim())) shell.inside({}, () => shell.run(fed));
            else if (row.names === "text" && !PRINTS_SETTINGS.test(written)) this.watcher.problem(written, NOT_KNOWN);
        }
    }

    /** Whether words are a command that another program may be told to run. */
    private isRunnable(words: readonly string[]): boolean {
        const [word = ""] = words;
        if (isKnown(word)) {
            return readCommand(words).some(
                ({ row, switches }) =>
                    row.verbs || (row.names === "script" && switches.some(([flag]) => flag === "-c")),
            );
        }
        return (
            this.functions.has(word) || (SCRIPT.test(word) && this.watcher.script(word, this.directory) !== undefined)
        );
    }

    /** Runs something with arguments, from a file, and comes back. */
    private inside(with_: { args?: string[]; source?: string }, run: (shell: Shell) => void): void {
        const { args, source, depth } = this;
        Object.assign(this, { depth: depth + 1, ...with_ });
        run(this);
        Object.assign(this, { args, source, depth });
    }

    /** A script by its file: run, or sourced. */
    private script(file: string, args: string[] | undefined, command: ShellCommand): void {
        const script = this.watcher.script(file, command.directory);
        const text = script?.text;
        if (text !== undefined) {
            this.inside({ source: script?.source, ...(args && { args }) }, (shell) => shell.run(text));
            return;
        }
        const isShells = isShell(command.words[0]!) || SCRIPT.test(file);
        if (isScript(command.words[0]!)) this.watcher.command(command, []);
        if (MARK_ALONE.test(file)) this.watcher.problem(command.written, whyHidden(file));
        else if (script === undefined && isShells && this.away === undefined) this.watcher.problem(file, NO_SCRIPT);
    }

    /** Everything that a word may become, each as one word or several, where the shell splits it. */
    private words(word: Word): string[][] {
        const braces = word.parts?.some(({ type }) => type === "BraceExpansion");
        const all = this.alternatives(word).map((text) => text.split(SPLIT));
        // What becomes nothing is no word, unless it is quoted.
        const bare =
            word.parts?.every(({ type }) => /^(Simple|Parameter)Expansion$/.test(type)) || isArguments(word.parts);
        return braces ? [all.flat()] : bare ? all.map((parts) => parts.filter((part) => part !== "")) : all;
    }

    /** As many as are followed; that there are more is said. */
    private few<T>(all: T[]): T[] {
        if (all.length <= MOST_VALUES) return all;
        this.watcher.problem(this.statement, "it may be run with too many values to follow all");
        return all.slice(0, MOST_VALUES);
    }

    private alternatives(word: Word): string[] {
        return word.parts === undefined ? [word.value] : this.joined(word.parts);
    }

    private joined(parts: readonly WordPart[]): string[] {
        return parts.reduce<string[]>(
            (heads, part) => {
                const tails = this.part(part);
                return this.few(heads.flatMap((head) => tails.map((tail) => head + tail)));
            },
            [""],
        );
    }

    private part(part: WordPart): string[] {
        switch (part.type) {
            case "DoubleQuoted":
            case "LocaleString":
                if (isArguments([part])) return this.valuesOf("@");
                return this.joined(part.parts).map((text) => text.replaceAll(SPLIT, " "));
            case "SimpleExpansion":
                return this.valuesOf(part.text.slice(1)).map((text) => text.replace(/\s+/g, SPLIT));
            case "ParameterExpansion":
                return this.parameter(part).map((text) => text.replace(/\s+/g, SPLIT));
            case "CommandExpansion":
            case "ProcessSubstitution":
                this.node(part);
                return [/^(\$\(|`)\s*pwd\s*[)`]$/.test(part.text) ? this.directory : COMPUTED];
            case "BraceExpansion":
                return /^\{[^{}$.]*,[^{}$]*\}$/.test(part.text) ? part.text.slice(1, -1).split(",") : [COMPUTED];
            default:
                return ["value" in part ? part.value : COMPUTED];
        }
    }

    private parameter({ parameter, prefix, operation }: Extract<WordPart, { type: "ParameterExpansion" }>): string[] {
        const values = this.valuesOf(parameter);
        const unset = values.length === 1 && values[0] === `\${${parameter}}`;
        if (prefix !== undefined) return [COMPUTED];
        if (operation === undefined) return values;
        if (operation.type === "Default") {
            const { operator, operand } = operation;
            const empty = unset || (operator.startsWith(":") && values.every((value) => value === ""));
            if (operator.includes("+")) return empty ? [""] : this.alternatives(operand);
            return empty && !operator.includes("?") ? this.alternatives(operand) : values;
        }
        if (unset) return [COMPUTED];
        if (operation.type === "CaseModification" && operation.operator === ",,") {
            return values.map((value) => value.toLowerCase());
        }
        if (operation.type !== "Remove" && operation.type !== "Replace") return [COMPUTED];
        const [pattern = ""] = this.alternatives(operation.type === "Replace" ? operation.pattern : operation.operand);
        const [other = ""] = operation.type === "Replace" ? this.alternatives(operation.replacement) : [];
        if (!values.every((value) => isSimple(value, pattern))) return [COMPUTED];
        return values.map((value) =>
            operation.type === "Replace"
                ? replaced(value, operation.operator, pattern, other)
                : removed(value, operation.operator, pattern),
        );
    }

    private valuesOf(name: string): string[] {
        if (name === "PWD") return [this.directory];
        if (name === "@" || name === "*") return [this.args.join(SPLIT)];
        if (/^[1-9]\d*$/.test(name)) return [this.args[Number(name) - 1] ?? ""];
        return this.values.get(name) ?? [expand(`\${${name}}`, this.variables)];
    }
}

/** Whether a word is `"$@"`: each argument stays one word. */
function isArguments(parts: readonly WordPart[] = []): boolean {
    return parts.length === 1 && /^"\$(@|\{@\})"$/.test(parts[0]!.text);
}

/** Whether a program is a file of the repository rather than one that is installed: `./ci/build`, `ci/build.sh`. */
function isScript(program: string): boolean {
    const isPath = /^[^/]*\/|\.(ba)?sh$/.test(program) && !/^\/.*\/[^.]*$/.test(program);
    return (isPath || program.startsWith(`${PROJECT_DIR}/`)) && !isKnown(program);
}

function isShell(program: string): boolean {
    return /^(\S*\/)?(ba|da|a|z|k)?sh(\s+-\w*)*$/.test(program);
}

/** Whether a command does what it reads on its standard input. */
function takesText(words: readonly string[]): boolean {
    return words.some((word) => isShell(word) || word === "ssh" || word === "-");
}

/** How a command ends, where that is certain. */
function outcome(node: SyntaxNode | undefined): boolean | undefined {
    return isNamed(node, "true", ":") ? true : isNamed(node, "false") ? false : undefined;
}

function isNamed(node: SyntaxNode | undefined, ...names: string[]): boolean {
    return node?.type === "Command" && names.includes(node.name?.value ?? "");
}

/** The line of a text in which a position is. */
function lineAt(text: string, at: number): string {
    const end = text.indexOf("\n", at);
    return text.slice(text.lastIndexOf("\n", at - 1) + 1, end < 0 ? undefined : end);
}
