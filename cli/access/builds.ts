import * as path from "node:path";
import { MARK_ALONE, type ReadCommand } from "./commands";
import { expand, type Variables } from "./variables";

/** What a command that builds an image reads. */
export interface Build {
    /** A context that is not a folder of this machine. */
    elsewhere?: string;
    /** Where the Dockerfile may be, the first that is there counts; `-` for standard input. */
    dockerfiles: string[];
    /** Values of `--build-arg`. */
    args: Record<string, string>;
    /** Images that the build is given by name. */
    images: string[];
}

const REMOTE = /^(https?:|git@|git:|ssh:|s3:|gs:)/;

/** Reads a command of the table that names a build. */
export function readBuild({ row, operands, switches }: ReadCommand, directory: string, variables: Variables): Build {
    const all = (...names: string[]) => switches.filter(([name]) => names.includes(name)).map(([, value]) => value);
    const option = (name: string, key: string) => all(name).flatMap((value) => value.split(`${key}=`)[1] ?? [])[0];
    const kaniko = row.programs.includes("kaniko");
    const local = option("--local", "dockerfile");
    // A variable without a value among the words may stand for switches.
    const operand = operands.filter((word) => !MARK_ALONE.test(word)).at(-1) ?? operands[0];
    const given = kaniko
        ? all("--context", "-c")[0]?.replace(/^dir:\/\//, "")
        : (option("--local", "context") ?? operand);
    const context = given ?? ".";
    const args: Build["args"] = {};
    for (const each of [
        ...all("--build-arg"),
        ...all("--opt").flatMap((value) => value.split("build-arg:")[1] ?? []),
    ]) {
        const [, name = "", value] = /^(\w+)(?:=(.*))?$/s.exec(each) ?? [];
        // `--build-arg NAME` alone passes on the job's own variable, where it has one.
        const own = variables[name] === undefined ? undefined : expand(`\${${name}}`, variables);
        if ((value ?? own) !== undefined) args[name] = (value ?? own)!;
    }
    // A cache is pulled, too, when it is an image.
    const images = [
        ...all("--build-context").flatMap((value) => value.split("=docker-image://")[1] ?? []),
        ...all("--cache-from", "--import-cache").flatMap((value) =>
            /(?:^|,)type=(?!registry)/.test(value) ? [] : (/(?:^|,)ref=([^,]+)/.exec(value)?.[1] ?? value).split(","),
        ),
    ];
    if (REMOTE.test(context)) return { elsewhere: context, dockerfiles: [], args, images };
    const file = all("-f", "--file", "--dockerfile")[0] ?? option("--opt", "filename");
    if (file === "-" || context === "-") return { dockerfiles: ["-"], args, images };
    const root = path.posix.resolve(directory, local ?? context);
    // Docker looks for the file from where it runs, kaniko and BuildKit from the folder they are given.
    const from = kaniko || local !== undefined ? root : directory;
    const usual = /podman|buildah/.test(row.programs) ? ["Containerfile", "Dockerfile"] : ["Dockerfile"];
    const dockerfiles =
        file === undefined ? usual.map((name) => path.posix.join(root, name)) : [path.posix.resolve(from, file)];
    return { dockerfiles, args, images };
}
