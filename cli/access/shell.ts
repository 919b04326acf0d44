import * as path from "node:path";
import { type Command, forEachChild, parse, type Redirection, type SyntaxNode } from "unbash";
import { MARK_ALONE, type ReadCommand, readCommand } from "./command-reader";
import { isScript, isShell, SCRIPT, type ShellCommand, takesText, whatRuns } from "./programs";
import { whyHidden } from "./references";
import { COMPUTED, over, PROJECT_DIR, type Variables } from "./variables";
import { Expansion, SPLIT } from "./words";

/** What a script's commands are told to. */
export interface Watcher {
    /** A command, by the rows of the table that it fits; what it runs is told by itself. */
    command(command: ShellCommand, rows: readonly ReadCommand[]): void;
    /** A file of the repository; undefined when there is none, without a text when it is no shell script. */
    script(file: string, directory: string): { text?: string; source?: string } | undefined;
    /** Something that is not read, and why. */
    problem(written: string, why: string): void;
}

/** What sets variables of the shell: it is no program for which they are set. */
const SETTER = /^(export|declare|local|readonly|typeset|read|mapfile|readarray)$/;
const NO_SCRIPT = "this script is not in the repository";
const DEEPEST = 12;

/** Runs a script in thought: all branches are taken, loops once with every value, nothing is executed. */
export function runScript(text: string, variables: Variables, watcher: Watcher): void {
    new Shell(variables, watcher).run(text);
}

class Shell extends Expansion {
    private functions = new Map<string, SyntaxNode>();
    private depth = 0;
    /** Commands that may still be run, so that scripts which call each other end. */
    private budget = { left: 5000 };
    /** Folders that `popd` goes back to. */
    private above: string[] = [];
    /** The command that is read, as it is written. */
    private statement = "";
    private away: ShellCommand["away"];
    /** What it prints, where that is known: a folder. */
    private printed: string | undefined;

    constructor(
        variables: Variables,
        private readonly watcher: Watcher,
    ) {
        super(variables);
    }

    run(text: string): void {
        const script = parse(text);
        for (const { pos } of script.errors ?? []) {
            this.watcher.problem(lineAt(text, pos), "this is no shell script, or one that is not understood");
        }
        this.node(script);
    }

    /** A shell of its own, as brackets, pipes and substitutions have: what it changes is lost. */
    private child(away = this.away): Shell {
        const own = { values: over(this.values), depth: this.depth + 1, away };
        return Object.assign(new Shell(this.variables, this.watcher), this, own);
    }

    /** Takes each branch from the same start; afterwards a variable may have any of the branches' values. */
    private branches(branches: readonly (SyntaxNode | undefined)[]): void {
        const { values, directory } = this;
        const ends = branches.map((branch) => {
            Object.assign(this, { values: over(values), directory });
            if (branch !== undefined) this.node(branch);
            return { values: this.values, directory: this.directory };
        });
        this.directory = ends.find((end) => end.directory !== directory)?.directory ?? directory;
        this.values = values;
        for (const name of new Set(ends.flatMap((end) => Object.keys(end.values)))) {
            values[name] = this.oneOf(ends.flatMap((end) => end.values[name] ?? []));
        }
    }

    protected tooMany(): void {
        this.watcher.problem(this.statement, "it may be run with too many values to follow all");
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
                const values = node.wordlist ? this.lists(node.wordlist).flat() : this.args;
                for (const value of values.length === 0 ? [COMPUTED] : new Set(values)) {
                    this.assign(node.name.value, value);
                    this.node(node.body);
                }
                return;
            }
            case "CommandExpansion":
            case "ProcessSubstitution":
                this.output(node);
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

    protected output({ script }: { script: SyntaxNode | undefined }): string {
        const shell = this.child();
        shell.printed = undefined;
        if (script) shell.node(script);
        return shell.printed ?? COMPUTED;
    }

    private command(node: Command, redirects: readonly Redirection[], piped: boolean): void {
        const { name, prefix, args } = node;
        const written = (name ? [name, ...args] : prefix).map((part) => ("text" in part ? part.text : "")).join(" ");
        this.statement = written;
        const texts: string[] = [];
        const outside = this.values;
        // What is set for one command is gone after it.
        const passes = name !== undefined && prefix.length > 0 && !SETTER.test(name.value);
        if (passes) this.values = over(outside);
        const commands = this.lists([...(name ? [name] : []), ...args.filter((part) => part.type === "Word")]);
        for (const part of [...prefix, ...args]) {
            if (part.type !== "Assignment") continue;
            const { name, value, append } = part;
            const list =
                value.type === "Word"
                    ? [this.text(value)]
                    : value.elements.flatMap((word) => this.lists([word]).flat());
            texts.push(...list.flatMap((each) => this.choices(each)));
            const before = append ? [this.value(name)] : [];
            this.assign(name, [...before, ...list].join(value.type === "Word" ? "" : SPLIT));
        }
        const { directory, source, away } = this;
        let output = piped ? "|" : undefined;
        let input: string | undefined;
        for (const one of redirects) {
            if (one.type === "HereDoc") [input] = this.texts({ parts: one.body.parts, value: one.body.text });
            else if (one.target) {
                const [target = ""] = this.texts(one.target);
                texts.push(target);
                if (one.operator === "<<<") input = target;
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
        else if (name === "pwd") this.printed = directory;
        else if (name === "dirname")
            this.printed = MARK_ALONE.test(args[0] ?? "") ? COMPUTED : path.posix.dirname(args[0] ?? "");
        else if (/^(read|mapfile|readarray)$/.test(name)) for (const word of args) this.assign(word, COMPUTED);
        else if (name === "shift") this.args = this.args.slice(Number(args[0] ?? 1));
        else if (name === "set" && args.includes("--")) this.args = args.slice(args.indexOf("--") + 1);
        else if (/^(\.|source)$/.test(name)) {
            this.script(args[0] ?? "", args.length > 1 ? args.slice(1) : undefined, command);
        } else if (isScript(program)) this.child().script(program, args, command);
        else this.program(command);
    }

    /** A program, and what it runs. */
    private program(command: ShellCommand): void {
        const rows = readCommand(command.words);
        const isThere = (word: string) =>
            this.functions.has(word) || (SCRIPT.test(word) && this.watcher.script(word, this.directory) !== undefined);
        const { told, words, text, file, args, problem, own, away } = whatRuns(command, rows, isThere);
        if (told > 0) this.watcher.command({ ...command, words: command.words.slice(0, told) }, rows);
        const shell = own ? this.child(away ?? this.away) : this;
        if (words) shell.inside({}, () => shell.execute({ ...command, words, away: shell.away }));
        if (text !== undefined) shell.inside(args ? { args } : {}, () => shell.run(text));
        if (file !== undefined) shell.script(file, args, command);
        if (problem !== undefined) this.watcher.problem(command.written, problem);
    }

    /** Runs something with arguments, from a file, and comes back. */
    private inside(what: { args?: string[]; source?: string }, run: () => void): void {
        const { args, source, depth } = this;
        Object.assign(this, { depth: depth + 1, ...what });
        run();
        Object.assign(this, { args, source, depth });
    }

    /** A script by its file: run, or sourced. */
    private script(file: string, args: string[] | undefined, command: ShellCommand): void {
        const script = this.watcher.script(file, command.directory);
        const text = script?.text;
        if (text !== undefined) {
            this.inside({ source: script?.source, ...(args && { args }) }, () => this.run(text));
            return;
        }
        const isShells = isShell(command.words[0]!) || SCRIPT.test(file);
        if (isScript(command.words[0]!)) this.watcher.command(command, []);
        if (MARK_ALONE.test(file)) this.watcher.problem(command.written, whyHidden(file));
        else if (script === undefined && isShells && this.away === undefined) this.watcher.problem(file, NO_SCRIPT);
    }
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
