import {
    type AndOr,
    type Command,
    type For,
    forEachChild,
    type If,
    parse,
    type Redirection,
    type SyntaxNode,
} from "unbash";
import type { ReadCommand } from "./command-reader";
import { COMPUTED, flat, over, PROJECT_DIR, unread, type Variables } from "./variables";
import { Expansion, isNamed, newBudget, outcome, type Place, SPLIT, shifts } from "./words";

/** One simple command as it runs: quotes resolved, variables replaced as far as they are known. */
export interface ShellCommand extends Place {
    words: readonly string[];
    /** Where it runs. */
    directory: string;
    /** All that a variable may be there; nothing where that is not known. */
    variable(name: string): string[];
}

/** What a script's commands are told to. */
export interface Watcher {
    /** What no shell of its own keeps to itself: whether docker and its kin pull by the job's token, as they do unless told otherwise. */
    readonly lasting: { byToken: boolean; isSent: boolean };
    /** A command, by the rows of the table that it fits; what it runs is told by itself. */
    command(command: ShellCommand, rows: readonly ReadCommand[]): void;
    /** A file of the repository; undefined when there is none, without a text when it is no shell script. */
    script(file: string, directory: string): { text?: string; source?: string } | undefined;
    /** Text that goes into a file of the job. */
    write(file: string, text: string): void;
    /** Something that is not read, and why. */
    problem(written: string, why: string, source?: string): void;
}

/** Words of one command: telling switches apart takes time by the square of their number. */
const MOST_WORDS = 2000;
/** Where the output goes already. */
const STDOUT = /^1$|^\/dev\/(stdout|fd\/1)$/;
export const TOO_MUCH = unread("there is too much to follow from here on");
/** Longest text of a file that a job writes: files may be put together from each other without end. */
export const MOST_WRITTEN = 1_000_000;
/** What sets variables of the shell: it is no program for which they are set. */
const SETTER = /^(export|declare|local|readonly|typeset|read|mapfile|readarray)$/;

/** Runs a script in thought: all branches are taken, loops once with every value, nothing is executed. */
export abstract class Shell extends Expansion {
    protected functions = new Map<string, SyntaxNode>();
    /** The command that was read last, as it is written. */
    private statement = "";
    /** What was printed, where somebody wants to know and it can be told. */
    protected printed: string | undefined;

    constructor(
        variables: Variables,
        protected readonly watcher: Watcher,
        source?: string,
        protected readonly budget = newBudget(),
    ) {
        super(variables, source);
    }

    /** Runs the command that the words are. */
    protected abstract execute(words: readonly string[]): void;

    run(text: string): void {
        const script = parse(text);
        for (const { pos } of script.errors ?? []) {
            this.problem(text.slice(pos).split("\n", 1)[0]!, "this is no shell script, or one that is not understood");
        }
        this.node(script);
    }

    protected problem(written: string, why: string): void {
        this.watcher.problem(written, why, this.at.source);
    }

    protected tooMany(): void {
        this.problem(this.statement, unread("it may be run with too many values to follow all"));
    }

    /** Runs something with other surroundings. */
    protected within(at: Partial<Place>, run: () => void): void {
        const before = this.at;
        this.at = { ...before, ...at };
        run();
        this.at = before;
    }

    /**
     * Runs something in a shell of its own, as brackets, pipes and substitutions have: what it changes is lost. What it prints
     * is returned, after what was printed before; undefined where that is not known.
     */
    protected apart(at: Partial<Place>, run: () => void, before = this.printed): string | undefined {
        const { values, directory, args, printed } = this;
        Object.assign(this, { values: over(values), printed: before });
        this.within(at, run);
        const text = this.printed;
        Object.assign(this, { values, directory, args, printed });
        return text;
    }

    /** What something prints in a shell of its own. */
    protected output(node: SyntaxNode, input?: string): string | undefined {
        return this.apart({ input, output: undefined }, () => this.node(node), "");
    }

    /** Takes each branch from the same start; afterwards a variable may have any of the branches' values. */
    private branches(branches: readonly (SyntaxNode | undefined)[]): void {
        const { values, directory, printed, args } = this;
        const { lasting } = this.watcher;
        const { byToken } = lasting;
        const ends = branches.map((branch) => {
            Object.assign(this, { values: over(values), directory, printed, args });
            lasting.byToken = byToken;
            if (branch !== undefined) this.node(branch);
            const end = { values: this.values, directory: this.directory, printed: this.printed, args: this.args };
            return { ...end, ...lasting };
        });
        lasting.byToken = ends.some((end) => end.byToken);
        this.printed = ends.every((end) => end.printed === ends[0]!.printed) ? ends[0]!.printed : undefined;
        // Of folders and arguments one is not as good as the other: where branches differ, neither is known.
        if (new Set(ends.map((end) => end.directory)).size > 1) this.directory = `${PROJECT_DIR}/${COMPUTED}`;
        if (new Set(ends.map((end) => end.args.join(SPLIT))).size > 1) this.args = args.map(() => COMPUTED);
        this.values = values;
        for (const name of new Set(ends.flatMap((end) => Object.keys(end.values)))) {
            const given = this.variables[name] === undefined ? [] : this.value(name);
            values[name] = this.oneOf(ends.flatMap((end) => end.values[name] ?? given));
        }
    }

    /** A loop of which nobody knows how often it goes round: what one turn gives a single value, another may begin with. */
    private turns(turn: () => void): void {
        const before = flat(this.values, over(null));
        turn();
        this.apart({}, () => {
            for (const [name, value = ""] of Object.entries(flat(this.values, over(null))))
                if (this.choices(value).length > 1) this.values[name] = before[name]!;
            turn();
        });
    }

    protected node(node: SyntaxNode): void {
        if (--this.budget.left === 0) this.problem(this.statement, TOO_MUCH);
        if (this.budget.left <= 0) return;
        switch (node.type) {
            case "Script":
            case "CompoundList":
                for (const { command } of node.commands) {
                    this.node(command);
                    if (isNamed(command, "exit", "return")) return;
                }
                return;
            case "AndOr":
                this.chain(node);
                return;
            case "Pipeline": {
                const [last, ...before] = [...node.commands].reverse();
                let { input } = this.at;
                for (const each of before.reverse()) input = this.output(each, input);
                this.printed = this.apart({ input }, () => this.node(last!));
                return;
            }
            case "If":
                this.choice(node);
                return;
            case "While":
                if (shifts(node)) this.args = this.args.map(() => COMPUTED);
                this.turns(() => {
                    this.node(node.clause);
                    if (outcome(node.clause) !== (node.kind === "until")) this.node(node.body);
                });
                return;
            case "Case": {
                const isWhole = node.items.some(({ pattern }) => pattern.some(({ text }) => text === "*"));
                this.branches([...node.items.map(({ body }) => body), ...(isWhole ? [] : [undefined])]);
                return;
            }
            case "For":
                this.each(node);
                return;
            case "Subshell":
                this.printed = this.apart({}, () => this.node(node.body));
                return;
            case "Redirected": {
                const { input, output } = this.redirected(node.redirects);
                this.within({ input, output }, () => this.node(node.command));
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

    private each({ wordlist, name, body }: For): void {
        const values = wordlist ? this.lists(wordlist).flat() : this.args;
        for (const value of values.length === 0 ? [COMPUTED] : new Set(values)) {
            this.assign(name.value, value);
            if (value === COMPUTED) this.turns(() => this.node(body));
            else this.node(body);
        }
    }

    private chain(node: AndOr): void {
        let last: boolean | undefined;
        // What tests decide need not be done: `[ "$A" ] && IMAGE=other`.
        const isTest = (each: SyntaxNode) => each.type === "TestCommand" || isNamed(each, "[", "test");
        const decided = node.operators.includes("||") ? 0 : node.commands.findIndex((each) => !isTest(each));
        for (const [at, command] of node.commands.entries()) {
            const isOr = node.operators[at - 1] === "||";
            if (at > 0 && last === isOr) continue;
            if (at > 0 && at === decided) {
                const rest = { commands: node.commands.slice(at), operators: node.operators.slice(at) };
                this.branches([undefined, { ...node, ...rest }]);
                return;
            }
            if (isOr) this.branches([undefined, command]);
            else this.node(command);
            last = outcome(command);
        }
    }

    private choice(node: If): void {
        const taken: (SyntaxNode | undefined)[] = [];
        const conditions = [node, ...node.elif].map(({ clause, then }) => [clause, then] as const);
        for (const [clause, then] of [...conditions, [undefined, node.else] as const]) {
            if (clause) this.node(clause);
            const holds = clause === undefined || outcome(clause);
            if (holds !== false) taken.push(then);
            if (holds === true) break;
        }
        this.branches(taken);
    }

    /** Where a command reads from and writes to. */
    private redirected(redirects: readonly Redirection[]) {
        const targets: string[] = [];
        let { input, output } = this.at;
        for (const one of redirects) {
            if (one.type === "HereDoc") {
                input = this.choices(this.text({ parts: one.body.parts, value: one.body.text })).join("\n");
            } else if (one.target) {
                const all = this.choices(this.text(one.target));
                const [target = ""] = all;
                targets.push(...all);
                if (one.operator === "<<<") input = all.join("\n");
                else if (one.operator === "<") input = this.textOfAll(all);
                // What is told of errors may be led elsewhere, too.
                const { type, value } = { type: "FileDescriptor", value: 1, ...one.descriptor };
                const isOutput = one.operator.includes(">") && type === "FileDescriptor" && value === 1;
                if (isOutput && !STDOUT.test(target)) output = /^\d$/.test(target) ? "/dev/null" : target;
            }
        }
        return { input, output, targets };
    }

    /** What files are together; undefined where one of them is not known. */
    protected textOfAll(files: readonly string[]): string | undefined {
        const texts = files.flatMap((file) => this.watcher.script(file, this.directory)?.text ?? []);
        const size = texts.reduce((all, each) => all + each.length, 0);
        return texts.length < files.length || size > MOST_WRITTEN ? undefined : texts.join("\n");
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
            texts.push(...this.assigned(part).flatMap((each) => this.choices(each)));
        }
        const { printed, directory } = this;
        const { targets, ...streams } = this.redirected(redirects);
        if (commands.some(({ length }) => length > MOST_WORDS)) this.tooMany();
        for (const words of commands) {
            this.directory = directory;
            const at = { written, texts: [...texts, ...targets], ...streams };
            this.within(at, () => this.execute(words.slice(0, MOST_WORDS)));
        }
        // Of several commands none need have printed anything.
        if (commands.length > 1 && this.printed !== printed) this.printed = undefined;
        if (passes) this.values = outside;
    }
}
