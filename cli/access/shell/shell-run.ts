import * as path from "node:path";
import { isShell, MARK_ALONE, type ReadCommand, readCommand, rowsOf } from "./command-reader";
import { MOST_WRITTEN, Shell } from "./shell";
import { COMPUTED, PROJECT_DIR, unread, whyHidden } from "./variables";
import { type Place, SPLIT } from "./words";

const SCRIPT = /\.(ba)?sh$/;
/** Output of these programs for `eval` only sets variables, and fetches nothing. */
const PRINTS_SETTINGS =
    /^eval\s+["'$`(\s]*(?:\S*\/)?(ssh-agent|opam|conda|micromamba|brew|direnv|pyenv|rbenv|nodenv|dircolors|minikube|docker-machine|spack|keychain|fnm|mise|perl)\b/;
/** The registry's password is the same token. */
export const JOB_TOKEN = /CI_JOB_TOKEN|CI_REGISTRY_PASSWORD/;
const NOT_KNOWN = "what this shell reads is not known. The job's log shows what it does";
export const NO_SCRIPT = "this script is not in the repository";
/** Most nested calls of functions and scripts, and of commands that run their next word: `sudo env nice …`. */
const DEEPEST = 12;
const TOO_DEEP = unread("it is called too deep within other calls to follow");
/** A nested command begins within so many words of a program, and so many of its words identify it. */
export const MOST_BEFORE = 40;

/** Simulates a job's script: programs are reported to the watcher, and nested commands are simulated, too. */
export class ShellRun extends Shell {
    /** Folders that `popd` returns to. */
    private above: string[] = [];
    /** The calls that have not ended, with their arguments. */
    private readonly calls: string[] = [];
    /** How many commands the current one is nested in, as their words. */
    private depth = 0;

    /** Executes the shell's built-ins, and reports everything else to the watcher. */
    protected execute(words: readonly string[]): void {
        const [program = "", ...args] = words;
        const body = this.functions.get(program);
        if (body !== undefined) this.call(program, args, () => this.node(body));
        else if (this.does(path.posix.basename(program), args, words)) return;
        else if (isScript(program)) this.printed = this.apart({}, () => this.file(program, args, words));
        else this.program(words);
    }

    /** Executes a shell built-in; returns false for anything else. */
    private does(name: string, args: string[], words: readonly string[]): boolean {
        switch (name) {
            case "cd":
            case "pushd": {
                const to = args.find((word) => !/^--?\w*$/.test(word));
                if (name === "pushd") this.above.push(this.directory);
                this.directory = path.posix.resolve(this.directory, args[0] === "-" ? PROJECT_DIR : (to ?? "/root"));
                return true;
            }
            case "popd":
                this.directory = this.above.pop() ?? this.directory;
                return true;
            case "pwd":
                this.print(this.directory);
                return true;
            case "dirname":
                this.print(MARK_ALONE.test(args[0] ?? "") ? undefined : path.posix.dirname(args[0] ?? ""));
                return true;
            case "read":
            case "mapfile":
            case "readarray":
                this.read(args.filter((word) => !word.startsWith("-")));
                return true;
            case "shift":
                this.args = this.args.slice(Number(args[0] ?? 1));
                return true;
            case "set":
                if (args.includes("--")) this.args = args.slice(args.indexOf("--") + 1);
                return true;
            case ".":
            case "source":
                this.file(args[0] ?? "", args.length > 1 ? args.slice(1) : this.args, words);
                return true;
            default:
                return false;
        }
    }

    private read(names: readonly string[]): void {
        const lines = names.length === 1 ? (this.at.input ?? "").split("\n").filter((line) => line !== "") : [];
        for (const each of names) this.assign(each, this.oneOf(lines) || COMPUTED);
    }

    /** Reports a command to the watcher. */
    private tell(words: readonly string[], rows: readonly ReadCommand[] = []): void {
        const variable = (name: string) =>
            this.choices(this.value(name)).filter((value) => value !== `\${${name}}` && value !== COMPUTED);
        this.watcher.command({ ...this.at, directory: this.directory, words, variable }, rows);
    }

    /** Sends what a command prints to where its output goes. `text` is undefined if it is not known. */
    private print(text: string | undefined, output = this.at.output): void {
        if (output === undefined) {
            const all = this.printed === undefined || text === undefined ? undefined : `${this.printed}${text}\n`;
            this.printed = all && all.length > MOST_WRITTEN ? undefined : all;
        } else if (text !== undefined && !output.startsWith("/dev/")) {
            this.watcher.write(path.posix.resolve(this.directory, output), text);
        }
    }

    /** The output of programs that only print; undefined for others. */
    private textOf([program, ...args]: readonly string[]): string | undefined {
        const { input, output } = this.at;
        const given = args.filter((word) => !/^-[a-zA-Z]+$/.test(word));
        if (program === "echo") return given.join(" ");
        if (program === "printf") return formatted(given);
        if (program === "tr" && /^tr (A-Z a-z|\[:upper:\] \[:lower:\])$/.test([program, ...args].join(" "))) {
            return input?.toLowerCase();
        }
        if (program === "tee") for (const file of given) this.print(input, file);
        if (program === "tee" || (program === "cat" && given.length === 0)) return input;
        if (program !== "cat" || (this.printed === undefined && output === undefined)) return undefined;
        return this.textOfAll(given);
    }

    /** Reports a program, and runs the command or script that it runs. */
    private program(words: readonly string[]): void {
        const rows = readCommand(words);
        if (words.length > 0) this.print(this.textOf(words));
        const read = rows.find(({ row }) => row.runs !== undefined) ?? rows[0];
        const { names, verbs, away, runs } = read?.row ?? {};
        const mayRun = read === undefined || names === "command" || away !== undefined;
        const rest = runs !== undefined ? read!.rest : mayRun ? this.commandIn(words) : [];
        // For `sudo`, `sh` and `eval` there is nothing else to report.
        if (verbs || !/^(command|text|script)$/.test(names ?? "")) {
            const told = rows.map((each) => (each === read ? { ...each, rest } : each));
            this.tell(words.slice(0, words.length - rest.length), told);
        }
        const inner = [...(read?.values("entrypoint").filter(Boolean) ?? []), ...filled(words, rest)];
        const isText = names === "script" || names === "text";
        if (!isText && inner.length === 0) return;
        const run = () => (isText ? this.interpreter(read!, words) : this.inside(inner));
        if (away) this.elsewhere(away, words, run);
        else if (names === "script") this.apart({}, run);
        else run();
    }

    private elsewhere(away: NonNullable<Place["away"]>, words: readonly string[], run: () => void): void {
        const { lasting } = this.watcher;
        const { byToken } = lasting;
        // A command may send the job's token to another machine, also for later commands there.
        lasting.isSent ||= away === "machine" && JOB_TOKEN.test([...words, this.at.input].join(" "));
        this.apart(away === "machine" && lasting.isSent ? {} : { away }, run);
        // A login elsewhere is not the job's.
        lasting.byToken = byToken;
    }

    /** The command that a program runs. */
    private inside(words: readonly string[]): void {
        if (this.depth === DEEPEST) {
            this.problem(this.at.written, TOO_DEEP);
            return;
        }
        this.depth++;
        this.execute(words);
        this.depth--;
    }

    /** An unknown program may run the words that follow: `srun`, `retry 3`, a name without a value. */
    private commandIn(words: readonly string[]): string[] {
        const isCommand = (word: string, at: number) =>
            this.functions.has(word) ||
            (SCRIPT.test(word) && this.watcher.script(word, this.directory) !== undefined) ||
            (at < MOST_BEFORE &&
                readCommand(words.slice(at, at + MOST_BEFORE)).some(
                    ({ row, values }) => row.verbs || values("c").length > 0,
                ));
        const at = words.findIndex((word, at) => at > 0 && isCommand(word, at));
        return at < 0 ? [] : words.slice(at);
    }

    /** Runs an interpreter's script: an argument (for some, all of them), a file, or standard input. */
    private interpreter({ row: { names, away }, rest, values }: ReadCommand, words: readonly string[]): void {
        const { input, written } = this.at;
        const [word = names === "text" ? rest.join(" ") : undefined] = values("c command");
        const [file = "-", ...args] = word === undefined && values("s").length === 0 ? rest : [];
        if (file !== "-") {
            this.file(file, args, words);
            return;
        }
        const text = word || (input ?? word);
        // The first word after the text is the name of the script, even if it is `--`.
        const given = word === undefined ? rest : words.slice(words.indexOf(word) + 2);
        if (text !== undefined && (names === "script" || !MARK_ALONE.test(text.trim()))) {
            this.call(text, names === "text" ? this.args : given, () => this.run(text));
        } else if (!away && !PRINTS_SETTINGS.test(written)) this.problem(written, NOT_KNOWN);
    }

    /** Runs or sources a script file. */
    private file(file: string, args: string[], words: readonly string[]): void {
        const script = this.watcher.script(file, this.directory);
        const text = script?.text;
        if (text !== undefined) {
            this.call(text, args, () => this.run(text), { source: script?.source });
            return;
        }
        this.print(undefined);
        const isShells = isShell(words[0]!) || SCRIPT.test(file);
        if (isScript(words[0]!)) this.tell(words);
        if (MARK_ALONE.test(file)) this.problem(this.at.written, whyHidden(file));
        else if (script === undefined && isShells && this.at.away === undefined) this.problem(file, NO_SCRIPT);
    }

    /** Runs a function or a text with arguments. Skips a recursive call with the same arguments. */
    private call(what: string, args: string[], run: () => void, at: Partial<Place> = {}): void {
        const before = this.args;
        const call = [what, ...args].join(SPLIT);
        if (this.calls.includes(call)) return;
        if (this.calls.length === DEEPEST) {
            this.problem(this.at.written, TOO_DEEP);
            return;
        }
        this.args = args;
        this.calls.push(call);
        this.within(at, run);
        this.calls.pop();
        this.args = before;
    }
}

/** The words of a nested command, with a placeholder for those that `xargs` and `find` fill in. */
function filled([program = "", ...words]: readonly string[], rest: readonly string[]): readonly string[] {
    if (!/^(xargs|parallel|find)$/.test(program) || rest.length === 0) return rest;
    const [mark = "{}"] = words.flatMap((word, at) => (/^-I/.test(word) ? word.slice(2) || words[at + 1]! : []));
    const inner = rest.map((word) => word.replaceAll(mark, COMPUTED));
    return inner.join() === rest.join() ? [...inner, COMPUTED] : inner;
}

/** The output of `printf`: its format, repeated while there are words. */
function formatted([format = "", ...words]: readonly string[]): string {
    const left = [...words];
    let text = "";
    do text += format.replaceAll("\\n", "\n").replace(/%[-\d.]*[a-zA-Z]/g, () => left.shift() ?? "");
    while (left.length > 0 && left.length < words.length && text.length <= MOST_WRITTEN);
    return text.replace(/\n$/, "");
}

/** Whether a program is a file in the repository, not an installed one: `./ci/build`, `ci/build.sh`. */
function isScript(program: string): boolean {
    const isPath = /^[^/]*\/|\.(ba)?sh$/.test(program) && !/^\/.*\/[^.]*$/.test(program);
    return (isPath || program.startsWith(`${PROJECT_DIR}/`)) && rowsOf(program).length === 0;
}
