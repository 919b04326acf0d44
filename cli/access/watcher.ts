/** One simple command as it runs: quotes resolved, variables replaced as far as they are known, `sudo` and its kin gone. */
export interface ShellCommand {
    words: string[];
    /** Values of the variables that are set for it or by it, and names of files that it reads or writes. */
    texts: string[];
    /** Its here-document. */
    input: string;
    /** Where it runs. */
    directory: string;
    /** File that its output goes to; `|` for another command. */
    output?: string;
    /** Script of the repository that it stands in; undefined for the job's own commands. */
    source?: string;
}

/** What a script's commands are told to. */
export interface Watcher {
    command(command: ShellCommand): void;
    /** A script of the repository that is run or sourced; undefined when it is not there. */
    script(file: string, directory: string): { text: string; source: string | undefined } | undefined;
    /** Whether there is such a file. */
    has(file: string, directory: string): boolean;
    /** Something that is not read, and why. */
    problem(text: string, why: string): void;
}
