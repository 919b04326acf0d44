import { isKnown, MARK_ALONE, type ReadCommand, readCommand } from "./command-reader";
import type { CommandRow } from "./commands";
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
    away?: CommandRow["away"];
}

/** What a command runs: another command, the text of a script, or a script by its file; or why that is not known. */
export interface Run {
    /** How many of the words are the command's own. */
    told: number;
    words?: string[];
    text?: string;
    file?: string;
    args?: string[];
    problem?: string;
    /** In a shell of its own. */
    own?: boolean;
    away?: ShellCommand["away"];
}

export const SCRIPT = /\.(ba)?sh$/;
/** What these print for `eval` sets variables, and fetches nothing. */
const PRINTS_SETTINGS =
    /^eval\s+["'$`(\s]*(?:\S*\/)?(ssh-agent|opam|conda|micromamba|brew|direnv|pyenv|rbenv|nodenv|dircolors|minikube|docker-machine|spack|keychain|fnm|mise|perl)\b/;
const NOT_KNOWN = "what this shell reads is not known. The job's log shows what it does";

/** What a command runs, by the rows of the table that it fits. `isThere`: whether a word is a function or a script here. */
export function whatRuns(
    { words, input, written }: ShellCommand,
    rows: readonly ReadCommand[],
    isThere: (word: string) => boolean,
): Run {
    const read = rows.find(({ row }) => row.runs !== undefined);
    if (read === undefined) {
        // Programs that nobody here knows may run what follows: `srun`, `retry 3`, a name without a value.
        const at = rows.length > 0 ? -1 : words.findIndex((_, at) => at > 0 && isCommand(words.slice(at), isThere));
        return at < 0 ? { told: words.length } : { told: at, words: words.slice(at) };
    }
    const { row, rest, values } = read;
    const { away, fills } = row;
    const told = /command|text|script/.test(row.names) && row.verbs === undefined ? 0 : words.length - rest.length;
    if (row.names === "script") {
        const [file, ...args] = rest;
        const [text] = values("c");
        const isFile = file !== undefined && file !== "-" && values("s").length === 0;
        if (text !== undefined) return { told, text, args, own: true };
        if (isFile) return { told, file, args, own: true };
        return input === undefined ? { told, problem: NOT_KNOWN } : { told, text: input, args: rest, own: true };
    }
    if (row.names === "text") {
        // The shell on another machine gets the words as one text.
        const [given = rest.join(" ") || input || ""] = values("c", "command");
        const text = input !== undefined && isShell(given) ? input : given;
        const sends = /CI_JOB_TOKEN|CI_REGISTRY_PASSWORD/.test(text);
        if (!MARK_ALONE.test(text.trim())) {
            return { told, text, own: away !== undefined, away: sends ? undefined : away };
        }
        return { told, problem: away !== undefined || PRINTS_SETTINGS.test(written) ? undefined : NOT_KNOWN };
    }
    const inner = fills ? rest.map((word) => word.replaceAll(values("I")[0] ?? "{}", COMPUTED)) : rest;
    const isAdded = fills && rest.length > 0 && inner.join() === rest.join();
    const all = [...values("entrypoint").filter((word) => word !== ""), ...inner, ...(isAdded ? [COMPUTED] : [])];
    return { told, words: all.length > 0 ? all : undefined, own: away !== undefined, away };
}

/** Whether words are a command that another program may be told to run. */
function isCommand(words: readonly string[], isThere: (word: string) => boolean): boolean {
    if (!isKnown(words[0]!)) return isThere(words[0]!);
    return readCommand(words).some(
        ({ row, values }) => row.verbs || (row.names === "script" && values("c").length > 0),
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
