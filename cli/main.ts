import { Command, CommanderError } from "commander";
import { messageOf } from "../core/message";
import { version } from "../package.json";
import { COMMANDS } from "./commands";
import { Failed, Findings, Withheld } from "./exit";
import { Io } from "./io";

/** Follows each error about an option or argument. */
const HINT = "Run it with --help for the possibilities.";

/**
 * Runs the command and returns its exit code: 0 for success, 1 if something was found, 2 for wrong usage or an error, 3
 * if the pipeline lacks access.
 *
 * @param argv arguments after the program's name
 */
export async function run(argv: readonly string[], io: Io = new Io()): Promise<number> {
    const program = toProgram(argv, io);
    try {
        await program.parseAsync([...argv], { from: "user" });
        return 0;
    } catch (error) {
        return toExitCode(error, io);
    } finally {
        io.progress.hide();
    }
}

/** Loads only the requested subcommand, so that `--help` and usage errors answer at once. */
function toProgram(argv: readonly string[], io: Io): Command {
    const program = new Command("gitlab-fleet")
        .description("GitLab runners and their jobs' access: what exists, what is wrong, what to do.")
        .version(version, "-V, --version", "print the version")
        .helpOption("-h, --help", "print this help")
        .helpCommand("help [command]", "Print the help of a command")
        .enablePositionalOptions();
    configure(program, io);
    const asked = argv.filter((word) => !word.startsWith("-"))[argv[0] === "help" ? 1 : 0];
    for (const { name, description, examples, load } of COMMANDS) {
        if (name === asked) {
            const command = load(io);
            if (command.description() === "") command.description(description);
            configure(command, io);
            for (const child of command.commands) configure(child, io);
            addExamples(command, examples);
            program.addCommand(command);
        } else {
            program.command(name).description(description);
        }
    }
    program.addHelpText(
        "after",
        "\nExit codes: 0 all is well, 1 something was found, 2 wrong usage or an error." +
            "\nGitLab: --gitlab URL or GITLAB_BASE_URL, and a token in GITLAB_TOKEN.",
    );
    return program;
}

/** Adds examples to the help; if a command has subcommands, to the help of each of them. */
function addExamples(command: Command, examples: readonly string[]): void {
    const show = (to: Command, lines: readonly string[]) =>
        to.addHelpText("after", ["", "Examples:", ...lines.map((line) => `  npx gitlab-fleet ${line}`)].join("\n"));
    if (command.commands.length === 0) show(command, examples);
    for (const child of command.commands) {
        show(
            child,
            examples.filter((line) => line.startsWith(`${command.name()} ${child.name()} `)),
        );
    }
}

/** Refuses a second value of an option that takes one: the last would win, and the others would be ignored silently. */
function refuseTwice(command: Command): void {
    for (const option of command.options) {
        let times = 0;
        command.on(`option:${option.name()}`, () => {
            const value: unknown = command.getOptionValue(option.attributeName());
            if (++times === 2 && typeof value !== "object" && typeof value !== "boolean")
                command.error(`error: option '${option.flags}' takes one value and is given twice. Give it once.`);
        });
    }
}

function configure(command: Command, io: Io): void {
    refuseTwice(command);
    command
        .exitOverride()
        .showHelpAfterError(HINT)
        .configureOutput({
            writeOut: (text) => io.out(text),
            writeErr: (text) => io.err(text),
            getOutHasColors: () => io.colours,
            getErrHasColors: () => false,
            getOutHelpWidth: () => Math.min(io.width, 120),
            getErrHelpWidth: () => Math.min(io.width, 120),
        });
}

function toExitCode(error: unknown, io: Io): number {
    if (error instanceof CommanderError) {
        // Help and version also end this way, with 0. Commander has printed everything.
        return error.exitCode === 0 ? 0 : 2;
    }
    if (error instanceof Findings) return 1;
    const text = messageOf(error);
    io.progress.hide();
    io.err(`${error instanceof Withheld ? "" : "gitlab-fleet: "}${text}\n`);
    // A user's mistake needs no stack trace.
    if (!(error instanceof Failed) && process.env.GITLAB_FLEET_DEBUG) {
        io.err(`${error instanceof Error ? error.stack : ""}\n`);
    }
    return error instanceof Withheld ? 3 : 2;
}
