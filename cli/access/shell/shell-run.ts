import * as path from "node:path";
import { isKnown, MARK_ALONE, type ReadCommand, readCommand } from "./command-reader";
import { Shell, type ShellCommand } from "./shell";
import { COMPUTED, PROJECT_DIR, type Variables, whyHidden } from "./variables";

/** What a script's commands are told to. */
export interface Watcher {
    /** Whether docker and its kin pull by the job's token, as they do unless told otherwise. */
    readonly lasting: { byToken: boolean };
    /** A command, by the rows of the table that it fits; what it runs is told by itself. */
    command(command: ShellCommand, rows: readonly ReadCommand[]): void;
    /** A file of the repository; undefined when there is none, without a text when it is no shell script. */
    script(file: string, directory: string): { text?: string; source?: string } | undefined;
    /** Something that is not read, and why. */
    problem(written: string, why: string, source?: string): void;
}

const READER = /^(read|mapfile|readarray)$/;
const SCRIPT = /\.(ba)?sh$/;
/** What these print for `eval` sets variables, and fetches nothing. */
const PRINTS_SETTINGS =
    /^eval\s+["'$`(\s]*(?:\S*\/)?(ssh-agent|opam|conda|micromamba|brew|direnv|pyenv|rbenv|nodenv|dircolors|minikube|docker-machine|spack|keychain|fnm|mise|perl)\b/;
const NOT_KNOWN = "what this shell reads is not known. The job's log shows what it does";
export const NO_SCRIPT = "this script is not in the repository";
const DEEPEST = 12;
/** So far into its words a program's own command begins, and so many of its words tell what it is. */
const MOST_BEFORE = 40;

/** Commands that may still be run, and turns of loops, so that scripts which call each other end. */
export function newBudget() {
    return { left: 5000, turns: 20_000 };
}

/** Runs a job's script in thought: programs are told to the watcher, what they run is run. */
export class ShellRun extends Shell {
    /** Folders that `popd` goes back to. */
    private above: string[] = [];
    constructor(
        variables: Variables,
        private readonly watcher: Watcher,
        source?: string,
        private readonly budget = newBudget(),
    ) {
        super(variables);
        this.source = source;
    }

    protected get lasting(): Watcher["lasting"] {
        return this.watcher.lasting;
    }

    protected problem(written: string, why: string): void {
        this.watcher.problem(written, why, this.source);
    }

    protected input(words: readonly string[], file: string): string | undefined {
        const takesText = words.some((word) => isShell(word) || READER.test(word) || word === "ssh" || word === "-");
        return takesText ? this.watcher.script(file, this.directory)?.text : undefined;
    }

    protected isSpent(): boolean {
        if (--this.budget.turns === 0) this.tooMany();
        return this.budget.left <= 0 || this.budget.turns <= 0;
    }

    /** What the shell does itself is done; everything else is told to the watcher. */
    protected execute(command: ShellCommand): void {
        const { words, written, directory } = command;
        const [program = "", ...args] = words;
        const name = path.posix.basename(program);
        if (--this.budget.left === 0) this.problem(written, "there is too much to follow from here on");
        if (this.depth > DEEPEST || this.budget.left <= 0) return;
        const body = this.functions.get(program);
        if (body !== undefined) this.inside({ args }, () => this.node(body));
        else if (name === "cd" || name === "pushd") {
            if (name === "pushd") this.above.push(directory);
            const to = args.find((word) => !/^--?\w*$/.test(word));
            this.directory = path.posix.resolve(directory, args[0] === "-" ? PROJECT_DIR : (to ?? "/root"));
        } else if (name === "popd") this.directory = this.above.pop() ?? this.directory;
        else if (name === "pwd") this.print(directory, command);
        else if (name === "dirname")
            this.print(MARK_ALONE.test(args[0] ?? "") ? undefined : path.posix.dirname(args[0] ?? ""), command);
        else if (READER.test(name)) {
            const names = args.filter((word) => !word.startsWith("-"));
            const lines = names.length === 1 ? (command.input ?? "").split("\n").filter((line) => line !== "") : [];
            for (const each of names) this.assign(each, this.oneOf(lines) || COMPUTED);
        } else if (name === "shift") this.args = this.args.slice(Number(args[0] ?? 1));
        else if (name === "set" && args.includes("--")) this.args = args.slice(args.indexOf("--") + 1);
        else if (/^(\.|source)$/.test(name))
            this.file(args[0] ?? "", args.length > 1 ? args.slice(1) : this.args, command);
        else if (isScript(program)) this.apart((shell) => shell.file(program, args, command));
        else this.program(command);
    }

    private print(text: string | undefined, { output }: ShellCommand): void {
        if (output === undefined) {
            this.printed = this.printed === undefined || text === undefined ? undefined : `${this.printed}${text}\n`;
        }
    }

    /** What programs print that do nothing else. */
    private textOf({ words: [program, ...args], input }: ShellCommand): string | undefined {
        const given = args.filter((word) => !/^-[a-zA-Z]+$/.test(word));
        if (program === "echo") return given.join(" ");
        if (program === "printf") return /^[^%]*$/.test(given[0] ?? "%") ? given[0] : undefined;
        if (program === "tr" && /^tr (A-Z a-z|\[:upper:\] \[:lower:\])$/.test([program, ...args].join(" "))) {
            return input?.toLowerCase();
        }
        if (program !== "cat" || this.printed === undefined) return undefined;
        const texts = given.map((file) => this.watcher.script(file, this.directory)?.text);
        return given.length === 0 ? input : texts.includes(undefined) ? undefined : texts.join("");
    }

    /** A program: what it is given is told, what it runs is run. */
    private program(command: ShellCommand): void {
        const { words } = command;
        const rows = readCommand(words);
        if (words.length > 0) this.print(this.textOf(command), command);
        const read = rows.find(({ row }) => row.runs !== undefined);
        const { names, verbs, away } = read?.row ?? {};
        const rest = read?.rest ?? (rows.length > 0 ? [] : this.commandIn(words));
        // Of `sudo`, `sh` and `eval` nothing is left to tell.
        if (verbs || !/^(command|text|script)$/.test(names ?? "")) {
            this.watcher.command({ ...command, words: words.slice(0, words.length - rest.length) }, rows);
        }
        if (names === "script") this.child().interpreter(read!, command);
        else if (names === "text") this.evaluated(read!, command);
        else {
            const shell = away ? this.child(away) : this;
            const inner = read ? filled(read) : rest;
            if (inner.length > 0) shell.inside({}, () => shell.execute({ ...command, words: inner, away: shell.away }));
        }
    }

    /** Programs that nobody here knows may run what follows: `srun`, `retry 3`, a name without a value. */
    private commandIn(words: readonly string[]): string[] {
        const isThere = (word: string) =>
            this.functions.has(word) || (SCRIPT.test(word) && this.watcher.script(word, this.directory) !== undefined);
        const isCommand = (some: readonly string[]) =>
            isKnown(some[0]!)
                ? readCommand(some.slice(0, MOST_BEFORE)).some(
                      ({ row, values }) => row.verbs || (row.names === "script" && values("c").length > 0),
                  )
                : isThere(some[0]!);
        const at = words.slice(0, MOST_BEFORE).findIndex((_, at) => at > 0 && isCommand(words.slice(at)));
        return at < 0 ? [] : words.slice(at);
    }

    /** A shell: its script is a word, a file, or what it reads. */
    private interpreter({ rest, values }: ReadCommand, command: ShellCommand): void {
        const [file, ...args] = rest;
        const [text] = values("c");
        const { input, words, written } = command;
        // The first word after the text is the name of the script, be it two dashes.
        const given = words.slice(words.indexOf(text ?? "") + 2);
        if (text !== undefined) this.inside({ args: given }, () => this.run(text));
        else if (file !== undefined && file !== "-" && values("s").length === 0) this.file(file, args, command);
        else if (input !== undefined) this.inside({ args: rest }, () => this.run(input));
        else this.problem(written, NOT_KNOWN);
    }

    /** What runs its words as the text of a script: here, or on another machine. */
    private evaluated({ row: { away }, rest, values }: ReadCommand, { input, written }: ShellCommand): void {
        const [given = rest.join(" ") || input || ""] = values("c", "command");
        const text = input !== undefined && isShell(given) ? input : given;
        // To another machine a command may bring the job's token.
        const sends = /CI_JOB_TOKEN|CI_REGISTRY_PASSWORD/.test(text);
        const shell = away ? this.child(sends ? this.away : away) : this;
        if (!MARK_ALONE.test(text.trim())) shell.inside({}, () => shell.run(text));
        else if (!away && !PRINTS_SETTINGS.test(written)) this.problem(written, NOT_KNOWN);
    }

    /** A script by its file: run, or sourced. */
    private file(file: string, args: string[], command: ShellCommand): void {
        const script = this.watcher.script(file, command.directory);
        const text = script?.text;
        if (text !== undefined) {
            this.inside({ source: script?.source, args }, () => this.run(text));
            return;
        }
        this.print(undefined, command);
        const isShells = isShell(command.words[0]!) || SCRIPT.test(file);
        if (isScript(command.words[0]!)) this.watcher.command(command, []);
        if (MARK_ALONE.test(file)) this.problem(command.written, whyHidden(file));
        else if (script === undefined && isShells && this.away === undefined) this.problem(file, NO_SCRIPT);
    }

    /** Runs something with arguments, from a file, and comes back. */
    private inside(what: { args?: string[]; source?: string }, run: () => void): void {
        const { args, source, depth } = this;
        Object.assign(this, { depth: depth + 1, ...what });
        run();
        Object.assign(this, { args, source, depth });
    }
}

/** The words of a command's command, with what stands for those that come from elsewhere. */
function filled({ row, rest, values }: ReadCommand): string[] {
    const inner = row.fills ? rest.map((word) => word.replaceAll(values("I")[0] ?? "{}", COMPUTED)) : rest;
    const isAdded = row.fills && rest.length > 0 && inner.join() === rest.join();
    return [...values("entrypoint").filter((word) => word !== ""), ...inner, ...(isAdded ? [COMPUTED] : [])];
}

/** Whether a program is a file of the repository rather than one that is installed: `./ci/build`, `ci/build.sh`. */
function isScript(program: string): boolean {
    const isPath = /^[^/]*\/|\.(ba)?sh$/.test(program) && !/^\/.*\/[^.]*$/.test(program);
    return (isPath || program.startsWith(`${PROJECT_DIR}/`)) && !isKnown(program);
}

function isShell(program: string): boolean {
    return /^(\S*\/)?(ba|da|a|z|k)?sh(\s+-\w*)*$/.test(program);
}
