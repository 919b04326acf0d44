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

/** A simple command as it runs: quotes are resolved, and known variables are replaced. */
export interface ShellCommand extends Place {
    words: readonly string[];
    /** Its working directory. */
    directory: string;
    /** All values that a variable may have there; empty if unknown. */
    variable(name: string): string[];
}

/** Receives the commands of a script. */
export interface Watcher {
    /** Survives subshells: whether docker pulls with the job's token, and whether the token was sent elsewhere. */
    readonly lasting: { byToken: boolean; isSent: boolean };
    /** Reports a command, with the rows of the table that it matches; a command that it runs is reported separately. */
    command(command: ShellCommand, rows: readonly ReadCommand[]): void;
    /** A file in the repository; undefined if there is none, and without text if it is not a shell script. */
    script(file: string, directory: string): { text?: string; source?: string } | undefined;
    /** Reports text that is written to a file of the job. */
    write(file: string, text: string): void;
    /** Reports something that is not read, and why. */
    problem(written: string, why: string, source?: string): void;
}

/** Most words of one command: splitting off switches takes quadratic time. */
const MOST_WORDS = 2000;
/** Targets that are standard output itself. */
const STDOUT = /^1$|^\/dev\/(stdout|fd\/1)$/;
export const TOO_MUCH = unread("there is too much to follow from here on");
/** Longest text of a file that a job writes: files may be built from each other without end. */
export const MOST_WRITTEN = 1_000_000;
/** Commands that set variables of the shell: an assignment before them is not only for one program. */
const SETTER = /^(export|declare|local|readonly|typeset|read|mapfile|readarray)$/;

/** Simulates a script: it follows all branches, and loops once for every value. Nothing is executed. */
export abstract class Shell extends Expansion {
    protected functions = new Map<string, SyntaxNode>();
    /** The command that was read last, as written. */
    private statement = "";
    /** What was printed, if that is captured and known. */
    protected printed: string | undefined;

    constructor(
        variables: Variables,
        protected readonly watcher: Watcher,
        source?: string,
        protected readonly budget = newBudget(),
    ) {
        super(variables, source);
    }

    /** Executes the command with these words. */
    protected abstract execute(words: readonly string[]): void;

    run(text: string): void {
        const script = parse(text);
        for (const { pos } of script.errors ?? []) {
            this.problem(
                text.slice(pos).split("\n", 1)[0]!,
                "this is not a shell script, or one that is not understood",
            );
        }
        this.node(script);
    }

    protected problem(written: string, why: string): void {
        this.watcher.problem(written, why, this.at.source);
    }

    protected tooMany(): void {
        this.problem(this.statement, unread("it may be run with too many values to follow all"));
    }

    /** Runs something in a changed context. */
    protected within(at: Partial<Place>, run: () => void): void {
        const before = this.at;
        this.at = { ...before, ...at };
        run();
        this.at = before;
    }

    /**
     * Runs something in a subshell, as for parentheses, pipes and substitutions, whose changes are lost. Returns what
     * it prints, appended to `before`; undefined if that is not known.
     */
    protected apart(at: Partial<Place>, run: () => void, before = this.printed): string | undefined {
        const { values, directory, args, printed } = this;
        Object.assign(this, { values: over(values), printed: before });
        this.within(at, run);
        const text = this.printed;
        Object.assign(this, { values, directory, args, printed });
        return text;
    }

    /** What something prints in a subshell. */
    protected output(node: SyntaxNode, input?: string): string | undefined {
        return this.apart({ input, output: undefined }, () => this.node(node), "");
    }

    /** Follows each branch from the same state; afterwards a variable may have the value of any branch. */
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
        // Alternative folders and arguments cannot be kept: if branches differ in them, they are unknown.
        if (new Set(ends.map((end) => end.directory)).size > 1) this.directory = `${PROJECT_DIR}/${COMPUTED}`;
        if (new Set(ends.map((end) => end.args.join(SPLIT))).size > 1) this.args = args.map(() => COMPUTED);
        this.values = values;
        for (const name of new Set(ends.flatMap((end) => Object.keys(end.values)))) {
            const given = this.variables[name] === undefined ? [] : this.value(name);
            values[name] = this.oneOf(ends.flatMap((end) => end.values[name] ?? given));
        }
    }

    /** Runs a loop with an unknown number of turns: another turn may start with the values that one turn leaves. */
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
        // What follows a test may not run: `[ "$A" ] && IMAGE=other`.
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
                // Only redirections of standard output count, not those of errors.
                const { type, value } = { type: "FileDescriptor", value: 1, ...one.descriptor };
                const isOutput = one.operator.includes(">") && type === "FileDescriptor" && value === 1;
                if (isOutput && !STDOUT.test(target)) output = /^\d$/.test(target) ? "/dev/null" : target;
            }
        }
        return { input, output, targets };
    }

    /** The concatenated texts of files; undefined if one of them is unknown. */
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
        // Variables set for one command are gone after it.
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
        // If there are several alternatives, what was printed is unknown.
        if (commands.length > 1 && this.printed !== printed) this.printed = undefined;
        if (passes) this.values = outside;
    }
}
