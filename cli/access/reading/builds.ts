import * as path from "node:path";
import { DockerfileParser, type ModifiableInstruction, type PropertyInstruction } from "dockerfile-ast";
import { MARK_ALONE, type ReadCommand } from "../shell/command-reader";
import type { ShellCommand } from "../shell/shell";
import { expand, over, substitute, type Variables } from "../shell/variables";

/** What a command that builds an image reads. */
export interface Build {
    /** A context that is not a folder of this machine. */
    elsewhere?: string;
    /** The Dockerfile: where it is, and its text when it is there; `-` for standard input. */
    file?: string;
    text?: string;
    /** Values of `--build-arg`. */
    args: Record<string, string>;
}

const REMOTE = /^(https?:|git@|git:|ssh:|s3:|gs:)/;

/** Reads a command of the table that names a build. `fileAt`: what is at a path of the job. */
export function readBuild(
    { row, operands, values }: ReadCommand,
    { directory, input }: ShellCommand,
    variables: Variables,
    fileAt: (path: string) => string | undefined,
): Build {
    // BuildKit's own client: `--local context=folder`, `--opt filename=name`.
    const option = (name: string, key: string) => values(name).flatMap((value) => value.split(`${key}=`)[1] ?? [])[0];
    const kaniko = row.programs.includes("kaniko");
    const local = option("local", "dockerfile");
    // A variable without a value among the words may stand for switches.
    const operand = operands.filter((word) => !MARK_ALONE.test(word)).at(-1) ?? operands[0];
    const given = kaniko ? values("context", "c")[0]?.replace(/^dir:\/\//, "") : option("local", "context");
    const context = given ?? (kaniko ? undefined : operand) ?? ".";
    const args: Build["args"] = over(null);
    const passed = values("opt").flatMap((value) => value.split("build-arg:")[1] ?? []);
    for (const each of [...values("build-arg"), ...passed]) {
        const [, name = "", value] = /^(\w+)(?:=(.*))?$/s.exec(each) ?? [];
        // `--build-arg NAME` alone passes on the job's own variable, where it has one.
        const known = value ?? (variables[name] && expand(`\${${name}}`, variables));
        if (known !== undefined) args[name] = known;
    }
    if (REMOTE.test(context)) return { elsewhere: context, args };
    const file = values("f", "file", "dockerfile")[0] ?? option("opt", "filename");
    if (file === "-" || context === "-") return { file: "-", text: input, args };
    const root = path.posix.resolve(directory, local ?? context);
    // Docker looks for the file from where it runs, kaniko and BuildKit from the folder they are given.
    const from = kaniko || local !== undefined ? root : directory;
    const usual = /podman|buildah/.test(row.programs) ? ["Containerfile", "Dockerfile"] : ["Dockerfile"];
    const names = file === undefined ? usual.map((name) => path.posix.join(root, name)) : [file];
    const files = names.map((name) => path.posix.resolve(from, name));
    // The first that is there counts.
    const found = files.find((each) => fileAt(each) !== undefined) ?? files.at(-1)!;
    return { file: found, text: fileAt(found), args };
}

/** An image, with arguments replaced as far as they are known. */
interface Said {
    text: string;
    /** Line of the Dockerfile, from 1. */
    line: number;
}

/**
 * Images that a build pulls: `FROM`, `COPY --from`, `RUN --mount=…,from=…` and `# syntax=`, without the file's own stages.
 * Arguments take their value from the build's, then from the default in the file.
 *
 * @param run is told each command of `RUN` and `ADD`, with the arguments around it as they are at that moment
 */
export function readDockerfile(
    dockerfile: string,
    buildArgs: Variables,
    run: (command: string, around: Variables) => void = () => {},
): Said[] {
    const file = DockerfileParser.parse(dockerfile);
    const stages = new Set<string>();
    const globals = over(null);
    let scope = globals;
    const images: Said[] = [];
    const add = (written: string, line: number, variables: Variables) => {
        const text = substitute(written.replace(/^(["'])(.*)\1$/, "$2"), variables);
        if (!stages.has(text.toLowerCase()) && !/^(\d+|scratch)$/.test(text)) images.push({ text, line });
    };
    for (const directive of file.getDirectives()) {
        if (directive.getName().toLowerCase() === "syntax") add(directive.getValue(), 1, {});
    }
    for (const instruction of file.getInstructions()) {
        const line = instruction.getRange().start.line + 1;
        const keyword = instruction.getKeyword();
        const flags = "getFlags" in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
        if ("getProperties" in instruction) {
            for (const property of (instruction as PropertyInstruction).getProperties()) {
                const name = property.getName();
                // Inside a stage a bare ARG brings in the value from the top of the file.
                const given = keyword === "ARG" ? buildArgs[name] : undefined;
                const value = given ?? property.getValue() ?? (scope === globals ? undefined : globals[name]);
                if (value !== undefined && keyword !== "LABEL") scope[name] = substitute(value, scope);
            }
        } else if (keyword === "FROM") {
            const [image, as, stage] = instruction.getArguments().map((argument) => argument.getValue());
            if (image !== undefined) add(image, line, globals);
            if (as?.toUpperCase() === "AS" && stage !== undefined) stages.add(stage.toLowerCase());
            scope = over(null);
        } else if (keyword === "RUN" || keyword === "ADD") {
            const words = (instruction.getRawArgumentsContent() ?? "").replace(/^(--\S+\s+)+/, "");
            run(keyword === "ADD" ? `curl ${words}` : words, scope);
        }
        for (const flag of flags) {
            const mounted = /(?:^|,)from=([^,]+)/.exec(flag.getValue() ?? "")?.[1];
            const image =
                flag.getName() === "from" ? flag.getValue() : flag.getName() === "mount" ? mounted : undefined;
            if (image) add(image, line, scope);
        }
    }
    return images;
}
