import { isKnown, MARK_ALONE, type Names, type ReadCommand, readCommand } from "./commands";
import { COMPUTED, PROJECT_DIR } from "./variables";

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

/** What a command runs: another command, the text of a script, or a script by its file. */
type Runs =
    | { words: string[] }
    | { text: string; args?: string[] }
    | { file: string; args: string[] }
    | { problem: string };

/** What is to be done with a command. */
interface Plan {
    /** How many of its words are its own. */
    told: number;
    runs?: Runs;
    /** In this shell, in one of its own, or away from it. */
    where: "here" | "own" | NonNullable<ShellCommand["away"]>;
}

/** Programs that print: what they are given is no command. */
export const PRINTER = /^(echo|printf|cat|tee)$/;
export const SCRIPT = /\.(ba)?sh$/;
/** What these print for `eval` sets variables, and fetches nothing. */
const PRINTS_SETTINGS =
    /^eval\s+["'$`(\s]*(?:\S*\/)?(ssh-agent|opam|conda|micromamba|brew|direnv|pyenv|rbenv|nodenv|dircolors|minikube|docker-machine|spack|keychain|fnm|mise|perl)\b/;
/** What is all about another command. */
const RUNS: readonly Names[] = ["command", "elsewhere", "text", "script"];
const NOT_KNOWN = "what this shell reads is not known. The job's log shows what it does";

/** What a command runs, by the rows of the table that it fits. `isThere`: whether a word is a function or a script here. */
export function whatRuns(
    { words, input, written }: ShellCommand,
    rows: readonly ReadCommand[],
    isThere: (word: string) => boolean,
): Plan {
    const read = rows.find(({ row }) => row.runs !== undefined);
    const given = (...names: string[]) => read?.switches.find(([flag]) => names.includes(flag))?.[1];
    if (read === undefined || !RUNS.includes(read.row.names)) {
        // Programs that nobody here knows may run what follows: `srun`, `retry 3`, a name without a value.
        const at =
            rows.length > 0 || PRINTER.test(words[0]!)
                ? -1
                : words.findIndex((_, at) => at > 0 && isCommand(words.slice(at), isThere));
        const inner = at < 0 ? (read?.rest ?? []) : words.slice(at);
        const entrypoint = given("--entrypoint");
        const all = entrypoint ? [entrypoint, ...inner] : inner;
        const where = read === undefined ? "here" : "container";
        return { told: words.length - inner.length, where, ...(all.length > 0 && { runs: { words: all } }) };
    }
    const { row, rest } = read;
    if (row.names === "command") {
        const filled = row.fills ? rest.map((word) => word.replaceAll(given("-I") ?? "{}", COMPUTED)) : rest;
        const all = row.fills && filled.join() === rest.join() ? [...filled, COMPUTED] : filled;
        const where = row.verbs === undefined ? "here" : "container";
        return { told: 0, where, ...(rest.length > 0 && { runs: { words: all } }) };
    }
    if (row.names === "script") {
        const [file, ...args] = rest;
        const text = given("-c");
        const isFile = file !== undefined && file !== "-" && given("-s") === undefined;
        const fed = input === undefined ? { problem: NOT_KNOWN } : { text: input, args: rest };
        return { told: 0, where: "own", runs: text !== undefined ? { text, args } : isFile ? { file, args } : fed };
    }
    // The shell on another machine gets the words as one text.
    const text = given("-c", "--command") ?? (rest.join(" ") || input || "");
    const fed = input !== undefined && isShell(text) ? input : text;
    const sends = /CI_JOB_TOKEN|CI_REGISTRY_PASSWORD/.test(fed);
    const where = row.names === "text" ? "here" : sends ? "own" : "machine";
    if (!MARK_ALONE.test(fed.trim())) return { told: 0, where, runs: { text: fed } };
    const isSilent = row.names === "elsewhere" || PRINTS_SETTINGS.test(written);
    return { told: 0, where, ...(!isSilent && { runs: { problem: NOT_KNOWN } }) };
}

/** Whether words are a command that another program may be told to run. */
function isCommand(words: readonly string[], isThere: (word: string) => boolean): boolean {
    if (!isKnown(words[0]!)) return isThere(words[0]!);
    return readCommand(words).some(
        ({ row, switches }) => row.verbs || (row.names === "script" && switches.some(([flag]) => flag === "-c")),
    );
}

/** Whether a program is a file of the repository rather than one that is installed: `./ci/build`, `ci/build.sh`. */
export function isScript(program: string): boolean {
    const isPath = /^[^/]*\/|\.(ba)?sh$/.test(program) && !/^\/.*\/[^.]*$/.test(program);
    return (isPath || program.startsWith(`${PROJECT_DIR}/`)) && !isKnown(program);
}

export function isShell(program: string): boolean {
    return /^(\S*\/)?(ba|da|a|z|k)?sh(\s+-\w*)*$/.test(program);
}

/** Whether a command does what it reads on its standard input. */
export function takesText(words: readonly string[]): boolean {
    return words.some((word) => isShell(word) || word === "ssh" || word === "-");
}
