import * as path from "node:path";
import { type Command, forEachChild, parse, type Redirection, type SyntaxNode, type Word, type WordPart } from "unbash";
import { isKnown } from "./commands";
import { isSimple, removed, replaced } from "./patterns";
import { isRunnable, isScript, PRINTER, SHELL, unwrapped } from "./programs";
import { COMPUTED, expand, PROJECT_DIR, type Variables } from "./variables";
import type { ShellCommand, Watcher } from "./watcher";

const SETTER = /^(export|declare|local|readonly|typeset)$/;
const NO_SCRIPT = "this script is not in the repository";
const MOST_VALUES = 20;
const DEEPEST = 12;
/** Stands for a space at which the shell splits a word. */
const SPLIT = "\0";

/** Runs a script in thought: all branches are taken, loops once with every value, nothing is executed. */
export function runScript(text: string, variables: Variables, watcher: Watcher): void {
    new Shell(variables, watcher).run(text);
}

class Shell {
    private directory = PROJECT_DIR;
    private above: string[] = [];
    /** Every value that a variable of the script may have. */
    private values = new Map<string, string[]>();
    private functions = new Map<string, SyntaxNode>();
    private depth = 0;
    /** Commands that may still be run, so that scripts which call each other end. */
    private budget = { left: 5000 };
    private source: string | undefined;

    constructor(
        private readonly variables: Variables,
        private readonly watcher: Watcher,
    ) {}

    run(text: string): void {
        const script = parse(text);
        for (const { pos } of script.errors ?? []) {
            const line = text.slice(text.lastIndexOf("\n", pos - 1) + 1).split("\n")[0]!;
            this.watcher.problem(line, "this is no shell script, or one that is not understood");
        }
        this.node(script);
    }

    /** A shell of its own, as brackets, pipes and substitutions have: what it changes is lost. */
    private child(): Shell {
        const { directory, functions, depth, source, budget } = this;
        const own = { directory, functions, source, budget, depth: depth + 1, values: new Map(this.values) };
        return Object.assign(new Shell(this.variables, this.watcher), own);
    }

    /** Takes each branch from the same start; afterwards a variable may have any of the branches' values. */
    private branches(branches: readonly SyntaxNode[]): void {
        const { values: start, directory } = this;
        const ends = branches.map((branch) => {
            Object.assign(this, { values: new Map(start), directory });
            this.node(branch);
            return { values: this.values, directory: this.directory };
        });
        this.directory = ends.find((end) => end.directory !== directory)?.directory ?? directory;
        this.values = new Map(start);
        for (const name of new Set(ends.flatMap((end) => [...end.values.keys()]))) {
            const all = [start, ...ends.map(({ values }) => values)].flatMap((values) => values.get(name) ?? []);
            this.values.set(name, [...new Set(all)].slice(0, MOST_VALUES));
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
                const skipped = isNamed(node.commands[0], node.operators[0] === "&&" ? "false" : "true");
                for (const command of skipped ? [] : node.commands) this.node(command);
                return;
            }
            case "Pipeline":
                for (const [at, command] of node.commands.entries()) {
                    (node.commands.length > 1 ? this.child() : this).node(command, [], at < node.commands.length - 1);
                }
                return;
            case "If": {
                const clauses = [node, ...node.elif];
                for (const { clause } of clauses) this.node(clause);
                const taken = clauses.filter(({ clause }) => !isNamed(clause.commands[0]?.command, "false"));
                this.branches([...taken.map(({ then }) => then), ...(node.else ? [node.else] : [])]);
                return;
            }
            case "Case":
                this.branches(node.items.map(({ body }) => body));
                return;
            case "For": {
                const values = (node.wordlist ?? []).flatMap((word) => this.words(word).flat());
                for (const value of values.length === 0 ? [COMPUTED] : values.slice(0, MOST_VALUES)) {
                    this.values.set(node.name.value, [value]);
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
        const texts: string[] = [];
        let commands: string[][] = node.name === undefined ? [[]] : this.words(node.name);
        const sets = node.name === undefined || SETTER.test(node.name.value);
        for (const part of [...node.prefix, ...node.args]) {
            if (part.type === "Word") {
                const all = this.words(part);
                commands = commands.flatMap((head) => all.map((tail) => [...head, ...tail])).slice(0, MOST_VALUES);
            }
            if (part.type !== "Assignment") continue;
            const list = part.value.type === "Word" ? [part.value] : part.value.elements;
            const values = list.flatMap((word) => this.alternatives(word));
            texts.push(...values.map((value) => value.replaceAll(SPLIT, " ")));
            const before = part.append ? this.valuesOf(part.name) : [""];
            const after = before.flatMap((old) => values.map((value) => old + value));
            if (sets) this.values.set(part.name, after.slice(0, MOST_VALUES));
        }
        let output = piped ? "|" : undefined;
        let input = "";
        for (const one of redirects) {
            if (one.type === "HereDoc") input = one.body.parts ? this.joined(one.body.parts)[0]! : one.body.text;
            else if (one.target) {
                const [target = ""] = this.alternatives(one.target);
                texts.push(target);
                if (one.operator.includes(">") && !/^\d$|^\/dev\//.test(target)) output = target;
            }
        }
        const { directory, source } = this;
        for (const words of commands)
            this.execute({ words: unwrapped(words), texts, input, directory, output, source });
    }

    /** What the shell does itself is done; everything else is told to the watcher. */
    private execute(command: ShellCommand): void {
        const [program = "", ...rest] = command.words;
        const name = path.posix.basename(program);
        const body = this.functions.get(program);
        if (--this.budget.left === 0)
            this.watcher.problem(command.words.join(" "), "there is too much to follow from here on");
        if (this.depth > DEEPEST || this.budget.left <= 0) return;
        if (body !== undefined) {
            for (const [at, word] of command.words.entries()) this.values.set(String(at), [word]);
            this.depth++;
            this.node(body);
            this.depth--;
        } else if (name === "cd" || name === "pushd") {
            if (name === "pushd") this.above.push(command.directory);
            const to = rest.find((word) => !/^--?\w*$/.test(word));
            this.directory = path.posix.resolve(command.directory, rest[0] === "-" ? PROJECT_DIR : (to ?? "/root"));
        } else if (name === "popd") this.directory = this.above.pop() ?? this.directory;
        else if (name === "read" || name === "mapfile") for (const word of rest) this.values.set(word, [COMPUTED]);
        else if (name === "eval") this.run(rest.join(" "));
        else if (SHELL.test(name) || /^(\.|source)$/.test(name) || isScript(program)) {
            this.script(name, command);
        } else {
            this.watcher.command(command);
            // Programs that nobody here knows may run what follows: `srun`, `retry 3`, `find … -exec`.
            const runs = isKnown(program) || PRINTER.test(name) ? -1 : rest.findIndex(isRunnable);
            const [inner = "", ...others] = rest.slice(runs);
            if (runs < 0 || !(isKnown(inner) || SHELL.test(inner) || this.watcher.has(inner, this.directory))) return;
            this.depth++;
            this.execute({ ...command, words: [inner, ...others] });
            this.depth--;
        }
    }

    private script(name: string, { words, directory }: ShellCommand): void {
        const shell = /^(\.|source)$/.test(name) ? this : this.child();
        const inline = SHELL.test(name) ? words.findIndex((word) => /^-\w*c$/.test(word)) + 1 : 0;
        const isOption = (word: string, before = "") => /^[-+]/.test(word) || /^[-+]\w*[oO]$/.test(before);
        const named = isScript(words[0]!)
            ? words[0]
            : words.find((word, at) => at > 0 && !isOption(word, words[at - 1]));
        if (inline > 0) shell.run(words[inline] ?? "");
        // `curl … | sh` runs what nobody here can see.
        else if (named === undefined) this.watcher.problem(words.join(" "), "what this shell reads is not known");
        else {
            const script = this.watcher.script(named, directory);
            const { depth, source } = shell;
            Object.assign(shell, { depth: depth + 1, source: script?.source });
            const expected = SHELL.test(name) || /\.(ba)?sh$/.test(named);
            if (script !== undefined && depth < DEEPEST) shell.run(script.text);
            else if (expected && !this.watcher.has(named, directory)) this.watcher.problem(named, NO_SCRIPT);
            Object.assign(shell, { depth, source });
        }
    }

    /** Everything that a word may become, each as one word or several, where the shell splits it. */
    private words(word: Word): string[][] {
        const braces = word.parts?.some(({ type }) => type === "BraceExpansion");
        const all = this.alternatives(word).map((text) => text.split(SPLIT));
        return braces ? [all.flat()] : all;
    }

    private alternatives(word: Word): string[] {
        return word.parts === undefined ? [word.value] : this.joined(word.parts);
    }

    private joined(parts: readonly WordPart[]): string[] {
        return parts.reduce<string[]>(
            (heads, part) => {
                const tails = this.part(part);
                return heads.flatMap((head) => tails.map((tail) => head + tail)).slice(0, MOST_VALUES);
            },
            [""],
        );
    }

    private part(part: WordPart): string[] {
        switch (part.type) {
            case "DoubleQuoted":
            case "LocaleString":
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
        if (prefix === undefined && operation === undefined) return values;
        if (prefix !== undefined || operation === undefined) return [COMPUTED];
        if (operation.type === "Default") {
            const { operator, operand } = operation;
            const empty = unset || (operator.startsWith(":") && values.every((value) => value === ""));
            if (operator.includes("+")) return empty ? [""] : this.alternatives(operand);
            return empty && !operator.includes("?") ? this.alternatives(operand) : values;
        }
        if (unset) return [COMPUTED];
        if (operation.type === "Remove" || operation.type === "Replace") {
            const replaces = operation.type === "Replace";
            const [pattern = ""] = this.alternatives(replaces ? operation.pattern : operation.operand);
            const [other = ""] = replaces ? this.alternatives(operation.replacement) : [];
            if (!values.every((value) => isSimple(value, pattern))) return [COMPUTED];
            return values.map((value) =>
                operation.type === "Replace"
                    ? replaced(value, operation.operator, pattern, other)
                    : removed(value, operation.operator, pattern),
            );
        }
        const lower = operation.type === "CaseModification" && operation.operator === ",,";
        return lower ? values.map((value) => value.toLowerCase()) : [COMPUTED];
    }

    private valuesOf(name: string): string[] {
        if (name === "PWD") return [this.directory];
        return this.values.get(name) ?? [expand(`\${${name}}`, this.variables)];
    }
}

function isNamed(node: SyntaxNode | undefined, ...names: string[]): boolean {
    return node?.type === "Command" && names.includes(node.name?.value ?? "");
}
