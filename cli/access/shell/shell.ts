import { type Command, forEachChild, parse, type Redirection, type SyntaxNode } from "unbash";
import type { CommandRow } from "./commands";
import { COMPUTED, over } from "./variables";
import { Expansion, SPLIT } from "./words";

/** One simple command as it runs: quotes resolved, variables replaced as far as they are known. */
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
    /** File that its output goes to; below `/dev` what is none. */
    output?: string;
    /** Script of the repository that it stands in; undefined for the job's own commands. */
    source?: string;
    /** In a container, or on another machine to which no job token was sent; undefined for the job's own shell. */
    away?: CommandRow["away"];
}

/** Words of one command: telling switches apart takes time by the square of their number. */
const MOST_WORDS = 2000;
/** Before an element of a list: `[key]=element`. */
const KEY = /^\[[^\]]*\]=/;
/** Where the output goes already. */
const STDOUT = /^1$|^\/dev\/(stdout|fd\/1)$/;
/** What sets variables of the shell: it is no program for which they are set. */
const SETTER = /^(export|declare|local|readonly|typeset|read|mapfile|readarray)$/;

/** Runs a script in thought: all branches are taken, loops once with every value, nothing is executed. */
export abstract class Shell extends Expansion {
    protected functions = new Map<string, SyntaxNode>();
    protected depth = 0;
    /** The command that is read, as it is written. */
    private statement = "";
    protected away: ShellCommand["away"];
    /** What it reads, the file that it writes to, and what it has printed, where somebody wants to know and it can be told. */
    protected stdin: string | undefined = "";
    protected stdout: string | undefined;
    protected printed: string | undefined;

    /** What no shell of its own keeps to itself: whether docker and its kin pull by the job's token. */
    protected abstract readonly lasting: { byToken: boolean };

    /** Runs a command. */
    protected abstract execute(command: ShellCommand): void;
    /** Whether there was too much to follow; each turn of a loop counts, whatever is in it. */
    protected abstract isSpent(): boolean;
    protected abstract problem(written: string, why: string): void;
    /** What a command reads from a file. */
    protected abstract input(words: readonly string[], file: string): string | undefined;

    run(text: string): void {
        const script = parse(text);
        for (const { pos } of script.errors ?? []) {
            this.problem(lineAt(text, pos), "this is no shell script, or one that is not understood");
        }
        this.node(script);
    }

    /** A shell of its own, as brackets, pipes and substitutions have: what it changes is lost. */
    protected child(away = this.away): this {
        const own = { values: over(this.values), depth: this.depth + 1, away };
        return Object.assign(Object.create(Object.getPrototypeOf(this)), this, own);
    }

    /** Runs something in a shell of its own, of which what it prints is left. */
    protected apart(run: (shell: this) => void): void {
        const shell = this.child();
        run(shell);
        this.printed = shell.printed;
    }

    /** What may or may not have been printed since is not known. */
    private unlessAs(printed: string | undefined): void {
        if (this.printed !== printed) this.printed = undefined;
    }

    /** Takes each branch from the same start; afterwards a variable may have any of the branches' values. */
    private branches(branches: readonly (SyntaxNode | undefined)[]): void {
        const { values, directory, printed, lasting } = this;
        const { byToken } = lasting;
        const ends = branches.map((branch) => {
            Object.assign(this, { values: over(values), directory, printed });
            lasting.byToken = byToken;
            if (branch !== undefined) this.node(branch);
            return { values: this.values, directory: this.directory, printed: this.printed, ...lasting };
        });
        lasting.byToken = ends.some((end) => end.byToken);
        this.printed = ends.every((end) => end.printed === ends[0]!.printed) ? ends[0]!.printed : undefined;
        this.directory = ends.find((end) => end.directory !== directory)?.directory ?? directory;
        this.values = values;
        for (const name of new Set(ends.flatMap((end) => Object.keys(end.values)))) {
            values[name] = this.oneOf(ends.flatMap((end) => end.values[name] ?? []));
        }
    }

    protected tooMany(): void {
        this.problem(this.statement, "it may be run with too many values to follow all");
    }

    protected node(node: SyntaxNode): void {
        const { printed } = this;
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
                    const isOr = node.operators[at - 1] === "||";
                    if (at > 0 && last === isOr) continue;
                    if (isOr) this.branches([undefined, command]);
                    else this.node(command);
                    last = outcome(command);
                }
                return;
            }
            case "Pipeline": {
                const [last, ...before] = [...node.commands].reverse();
                const stdin = before.reduceRight<string | undefined>(
                    (text, each) => this.output(each, text),
                    this.stdin,
                );
                if (before.length === 0) this.node(last!);
                else this.apart((shell) => shell.feed(stdin, shell.stdout, () => shell.node(last!)));
                return;
            }
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
                    this.node(node.body);
                }
                this.unlessAs(printed);
                return;
            case "Case": {
                const isWhole = node.items.some(({ pattern }) => pattern.some(({ text }) => text === "*"));
                this.branches([...node.items.map(({ body }) => body), ...(isWhole ? [] : [undefined])]);
                return;
            }
            case "For": {
                const values = node.wordlist ? this.lists(node.wordlist).flat() : this.args;
                for (const value of values.length === 0 ? [COMPUTED] : new Set(values)) {
                    if (this.isSpent()) return;
                    this.assign(node.name.value, value);
                    this.node(node.body);
                }
                return;
            }
            case "CommandExpansion":
            case "ProcessSubstitution":
                if (node.script) this.output(node.script);
                return;
            case "Subshell":
                this.apart((shell) => shell.node(node.body));
                return;
            case "Redirected": {
                const { input, output } = this.redirected(node.redirects, ["read"]);
                this.feed(input, output ?? this.stdout, () => this.node(node.command));
                return;
            }
            case "Function":
                this.functions.set(node.name.value, node.body);
                return;
            case "Command":
                this.command(node);
                return;
            default:
                forEachChild(node, (child) => this.node(child));
        }
    }

    /** Runs something in a shell of its own, and tells what it prints; undefined where that is not known. */
    protected output(node: SyntaxNode, stdin?: string): string | undefined {
        const shell = Object.assign(this.child(), { stdin, stdout: undefined, printed: "" });
        shell.node(node);
        return shell.printed;
    }

    /** Where a command reads from and writes to. */
    private redirected(redirects: readonly Redirection[], words: readonly string[]) {
        const targets: string[] = [];
        let output: string | undefined;
        let input = this.stdin;
        for (const one of redirects) {
            if (one.type === "HereDoc") [input] = this.texts({ parts: one.body.parts, value: one.body.text });
            else if (one.target) {
                const [target = ""] = this.texts(one.target);
                targets.push(target);
                if (one.operator === "<<<") input = target;
                else if (one.operator === "<") input = this.input(words, target);
                else if (one.operator.includes(">") && isOfOutput(one) && !STDOUT.test(target)) {
                    output = /^\d$/.test(target) ? "/dev/null" : target;
                }
            }
        }
        return { input, output, targets };
    }

    private feed(stdin: string | undefined, stdout: string | undefined, run: () => void): void {
        const before = { stdin: this.stdin, stdout: this.stdout };
        Object.assign(this, { stdin, stdout });
        run();
        Object.assign(this, before);
    }

    private command(node: Command): void {
        const { name, prefix, args, redirects } = node;
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
            const { name, value, append, index } = part;
            const list =
                value.type === "Word"
                    ? [this.text(value)]
                    : value.elements.flatMap((word) => this.lists([word]).flat()).map((each) => each.replace(KEY, ""));
            texts.push(...list.flatMap((each) => this.choices(each)));
            // Which element has which key is not kept: one by a key stands beside the others.
            const isElement = index !== undefined;
            const isList = isElement || value.type !== "Word";
            const goesOn = isList ? (append || isElement) && this.values[name] !== undefined : append;
            this.assign(name, [...(goesOn ? [this.value(name)] : []), ...list].join(isList ? SPLIT : ""));
        }
        const { directory, source, away } = this;
        const { input, output = this.stdout, targets } = this.redirected(redirects, commands[0]!);
        texts.push(...targets);
        const { printed } = this;
        if (commands.some(({ length }) => length > MOST_WORDS)) this.tooMany();
        for (const all of commands) {
            const words = all.slice(0, MOST_WORDS);
            const command = { words, texts, written, input, directory, output, source, away };
            this.feed(input, output, () => this.execute(command));
        }
        if (commands.length > 1) this.unlessAs(printed);
        if (passes) this.values = outside;
    }
}

/** Whether it is the standard output that is led elsewhere, and not what is told of errors. */
function isOfOutput({ descriptor }: Redirection): boolean {
    return descriptor === undefined || (descriptor.type === "FileDescriptor" && descriptor.value === 1);
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
