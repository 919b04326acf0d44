import * as path from "node:path";
import { DockerfileParser, type ModifiableInstruction, type PropertyInstruction } from "dockerfile-ast";
import { MARK_ALONE, type ReadCommand, readCommand } from "../shell/command-reader";
import type { ShellCommand } from "../shell/shell";
import { expand, over, type Variables } from "../shell/variables";

const USUAL = ["Containerfile", "Dockerfile"];
const REMOTE = /^(https?:|git@|git:|ssh:|s3:|gs:)/;

/**
 * What a command of the table that names a build reads: a context `elsewhere` than on this machine, or the Dockerfile with its text, where
 * it is there (`-`: standard input), and the values of `--build-arg`. `fileAt`: what is at a path of the job.
 */
export function readBuild(
    { operands, values }: ReadCommand,
    { directory, input, variable }: ShellCommand,
    fileAt: (path: string) => string | undefined,
) {
    // BuildKit's own client: `--local context=folder`, `--opt filename=name`.
    const option = (name: string, key: string) => values(name).flatMap((value) => value.split(`${key}=`)[1] ?? [])[0];
    // A variable without a value among the words may stand for switches.
    const operand = operands.filter((word) => !MARK_ALONE.test(word)).at(-1) ?? operands[0];
    const context = (option("local", "context") ?? operand ?? values("context c")[0] ?? ".").replace(/^dir:\/\//, "");
    const args = over(null);
    for (const each of values("build-arg opt")) {
        const [, name = "", value] = /^(?:build-arg:)?(\w+)(?:=(.*))?$/s.exec(each) ?? [];
        // `--build-arg NAME` alone passes on a variable, where it has one value.
        const [known, ...others] = value === undefined ? variable(name) : [value];
        if (known !== undefined && others.length === 0) args[name] = known;
    }
    if (REMOTE.test(context)) return { elsewhere: context, args };
    const file = values("f file dockerfile")[0] ?? option("opt", "filename");
    if (file === "-" || context === "-") return { file: "-", text: input, args };
    const root = path.posix.resolve(directory, option("local", "dockerfile") ?? context);
    // Docker looks for the file from where it runs, kaniko and BuildKit from the folder they are given, too.
    const places =
        file === undefined
            ? USUAL.map((name) => path.posix.join(root, name))
            : [directory, root].map((folder) => path.posix.resolve(folder, file));
    // The first that is there counts.
    const found = places.find((each) => fileAt(each) !== undefined) ?? places.at(file === undefined ? -1 : 0)!;
    return { file: found, text: fileAt(found), args };
}

/**
 * Images that a build pulls, each with its line: those that the table names for the words of an instruction, and `# syntax=`,
 * without the file's own stages. Arguments take their value from the build's, then from the default in the file.
 *
 * @param run is told each command of `RUN` and `ADD`, with the arguments around it as they are at that moment
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
    for (const instruction of file.getInstructions()) {
        const keyword = instruction.getKeyword();
        const line = instruction.getRange().start.line + 1;
        // What is known only when the job runs may be anything.
        if (MARK_ALONE.test(instruction.getInstruction())) images.push({ text: instruction.getInstruction(), line });
        if (keyword === "ARG" || keyword === "ENV") {
            for (const property of (instruction as PropertyInstruction).getProperties()) {
                const name = property.getName();
                // Inside a stage a bare ARG brings in the value from the top of the file.
                const outer = scope === globals ? undefined : globals[name];
                const known = (keyword === "ARG" ? buildArgs[name] : undefined) ?? property.getValue() ?? outer;
                if (known !== undefined) scope[name] = expand(known, scope);
            }
        }
        const words = keyword === "FROM" ? instruction.getArguments().map((argument) => argument.getValue()) : [];
        const flags = "getFlags" in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
        const switches = flags.map((flag) => `--${flag.getName()}=${flag.getValue() ?? ""}`);
        for (const image of readCommand([keyword, ...switches, ...words]).flatMap(({ images }) => images)) {
            const text = expand(image.replace(/^(["'])(.*)\1$/, "$2"), keyword === "FROM" ? globals : scope);
            if (!stages.has(text.toLowerCase())) images.push({ text, line });
        }
        if (keyword === "FROM") {
            const [, as, stage] = words;
            if (as?.toUpperCase() === "AS" && stage !== undefined) stages.add(stage.toLowerCase());
            scope = over(null);
        } else if (keyword === "RUN" || keyword === "ADD") {
            const given = (instruction.getRawArgumentsContent() ?? "").replace(/^(--\S+\s+)+/, "");
            // A text alone is a script.
            run(keyword === "ADD" ? `curl ${given}` : given.replace(/^<</, "sh <<"), scope);
        }
    }
    return images;
}
