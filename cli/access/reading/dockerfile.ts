import { DockerfileParser, type ModifiableInstruction, type PropertyInstruction } from "dockerfile-ast";
import { over, substitute, type Variables } from "../shell/variables";

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
