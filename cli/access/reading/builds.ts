import * as path from "node:path";
import {
    DockerfileParser,
    type Instruction,
    type ModifiableInstruction,
    type PropertyInstruction,
} from "dockerfile-ast";
import { MARK_ALONE, type ReadCommand, readCommand } from "../shell/command-reader";
import type { ShellCommand } from "../shell/shell";
import { expand, over, type Variables } from "../shell/variables";

const USUAL = ["Containerfile", "Dockerfile"];
const REMOTE = /^(https?:|git@|git:|ssh:|s3:|gs:)/;

/**
 * What a build command reads: a context `elsewhere` than on this machine, or the Dockerfile with its text, if it exists
 * (`-` is standard input), and the values of `--build-arg`. `fileAt` returns the file at a path of the job.
 */
export function readBuild(
    { operands, values }: ReadCommand,
    { directory, input, variable }: ShellCommand,
    fileAt: (path: string) => string | undefined,
) {
    // BuildKit's own client: `--local context=folder`, `--opt filename=name`.
    const option = (name: string, key: string) => values(name).flatMap((value) => value.split(`${key}=`)[1] ?? [])[0];
    // A word that is only a variable without a value may hold switches.
    const operand = operands.filter((word) => !MARK_ALONE.test(word)).at(-1) ?? operands[0];
    const context = (option("local", "context") ?? operand ?? values("context c")[0] ?? ".").replace(/^dir:\/\//, "");
    const args = over(null);
    for (const each of values("build-arg opt")) {
        const [, name = "", value] = /^(?:build-arg:)?(\w+)(?:=(.*))?$/s.exec(each) ?? [];
        // `--build-arg NAME` alone passes on a variable; it counts if the variable has one value.
        const [known, ...others] = value === undefined ? variable(name) : [value];
        if (known !== undefined && others.length === 0) args[name] = known;
    }
    if (REMOTE.test(context)) return { elsewhere: context, args };
    const file = values("f file dockerfile")[0] ?? option("opt", "filename");
    if (file === "-" || context === "-") return { file: "-", text: input, args };
    const root = path.posix.resolve(directory, option("local", "dockerfile") ?? context);
    // Docker looks for the file in its working directory, kaniko and BuildKit also in the given folder.
    const places =
        file === undefined
            ? USUAL.map((name) => path.posix.join(root, name))
            : [directory, root].map((folder) => path.posix.resolve(folder, file));
    // The first one that exists counts.
    const found = places.find((each) => fileAt(each) !== undefined) ?? places.at(file === undefined ? -1 : 0)!;
    return { file: found, text: fileAt(found), args };
}

/**
 * Images that a build pulls, with their lines: those in instructions, as the table says, and in `# syntax=`, without
 * the file's own stages. Build arguments override the defaults in the file.
 *
 * @param run is called with each command of `RUN` and `ADD`, and with the arguments at that point
 */
export function readDockerfile(
    dockerfile: string,
    buildArgs: Variables,
    run: (command: string, around: Variables) => void,
): { text: string; line: number }[] {
    const file = DockerfileParser.parse(dockerfile);
    const stages = new Set(["scratch"]);
    const globals = over(null);
    let scope = globals;
    const syntax = file.getDirectives().filter((directive) => directive.getName().toLowerCase() === "syntax");
    const images = syntax.map((directive) => ({ text: directive.getValue(), line: 1 }));
    const define = (instruction: Instruction, given: Variables) => {
        // Inside a stage, a bare ARG takes its value from the top of the file.
        const outer = scope === globals ? over(null) : globals;
        for (const [name, value = outer[name]] of settingsOf(instruction, given)) {
            if (value !== undefined) scope[name] = expand(value, scope);
        }
    };
    const pull = (image: string, around: Variables, line: number) => {
        const text = expand(image.replace(/^(["'])(.*)\1$/, "$2"), around);
        if (!stages.has(text.toLowerCase())) images.push({ text, line });
    };
    for (const instruction of file.getInstructions()) {
        const keyword = instruction.getKeyword();
        const line = instruction.getRange().start.line + 1;
        // What is only known when the job runs may be any instruction.
        if (MARK_ALONE.test(instruction.getInstruction())) images.push({ text: instruction.getInstruction(), line });
        define(instruction, keyword === "ARG" ? buildArgs : over(null));
        const words = wordsOf(instruction);
        const named = readCommand(words).flatMap(({ images }) => images);
        for (const image of named) pull(image, keyword === "FROM" ? globals : scope, line);
        const [, stage] = /^FROM (?:--\S+ )*\S+ as (\S+)/i.exec(words.join(" ")) ?? [];
        if (stage !== undefined) stages.add(stage.toLowerCase());
        if (keyword === "FROM") scope = over(null);
        const content = (instruction.getRawArgumentsContent() ?? "").replace(/^(--\S+\s+)+/, "");
        if (keyword === "ADD") run(`curl ${content}`, scope);
        // A text without a command is a script.
        if (keyword === "RUN") run(content.replace(/^<</, "sh <<"), scope);
    }
    return images;
}

function settingsOf(instruction: Instruction, given: Variables): [name: string, value?: string][] {
    if (!/^(ARG|ENV)$/.test(instruction.getKeyword())) return [];
    const properties = (instruction as PropertyInstruction).getProperties();
    return properties.map((each) => [each.getName(), given[each.getName()] ?? each.getValue() ?? undefined]);
}

/** An instruction as a command. Arguments that are not words, such as a script, are left out. */
function wordsOf(instruction: Instruction): string[] {
    const keyword = instruction.getKeyword();
    const flags = "getFlags" in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
    const words = keyword === "FROM" ? instruction.getArguments().map((argument) => argument.getValue()) : [];
    return [keyword, ...flags.map((flag) => `--${flag.getName()}=${flag.getValue() ?? ""}`), ...words];
}
