import * as path from "node:path";
import { MARK_ALONE, type ReadCommand } from "../shell/command-reader";
import { expand, over, type Variables } from "../shell/variables";

/** What a command that builds an image reads. */
export interface Build {
    /** A context that is not a folder of this machine. */
    elsewhere?: string;
    /** Where the Dockerfile may be, the first that is there counts; `-` for standard input. */
    dockerfiles: string[];
    /** Values of `--build-arg`. */
    args: Record<string, string>;
}

const REMOTE = /^(https?:|git@|git:|ssh:|s3:|gs:)/;

/** Reads a command of the table that names a build. */
export function readBuild({ row, operands, values }: ReadCommand, directory: string, variables: Variables): Build {
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
        const own = variables[name] === undefined ? undefined : expand(`\${${name}}`, variables);
        if ((value ?? own) !== undefined) args[name] = (value ?? own)!;
    }
    if (REMOTE.test(context)) return { elsewhere: context, dockerfiles: [], args };
    const file = values("f", "file", "dockerfile")[0] ?? option("opt", "filename");
    if (file === "-" || context === "-") return { dockerfiles: ["-"], args };
    const root = path.posix.resolve(directory, local ?? context);
    // Docker looks for the file from where it runs, kaniko and BuildKit from the folder they are given.
    const from = kaniko || local !== undefined ? root : directory;
    const usual = /podman|buildah/.test(row.programs) ? ["Containerfile", "Dockerfile"] : ["Dockerfile"];
    const dockerfiles =
        file === undefined ? usual.map((name) => path.posix.join(root, name)) : [path.posix.resolve(from, file)];
    return { dockerfiles, args };
}
