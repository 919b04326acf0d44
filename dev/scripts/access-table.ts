// Writes the table of commands that `access scan` reads into its page: npx tsx dev/scripts/access-table.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS, type CommandRow } from "../../cli/access/shell/commands";
import { root } from "./pulumi";

const PAGE = join(root, "docs/registry-access.md");
const [BEGIN, END] = ["<!-- commands -->\n", "<!-- end of commands -->"];
const WORDS: Record<CommandRow["names"], string> = {
    images: "images",
    login: "a registry, and by whose token images are pulled from then on",
    build: "a Dockerfile, whose images are found",
    repository: "repositories",
    push: "a repository, for which the project's own switch is asked",
    remote: "a repository, once it is fetched",
    settings: "a login of git",
    files: "a file, read as text",
    composed: "a file, read as text",
    addresses: "addresses of packages and of the API",
    packages: "addresses of packages and of the API",
    command: "a command, which is read",
    text: "the text of a script, which is read",
    script: "a script: in a word, in a file, or on standard input",
    output: "a text, which is read where it is written into a file",
    nothing: "nothing that is pulled",
};

/** The page with the table of today. */
export function pageWithTable(page: string): string {
    const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(", ");
    const rows = COMMANDS.map(({ programs, verbs, names, operands, prefix, files }) => {
        const which = { first: ": the first", all: "", sources: ": all but the last" }[operands ?? "all"];
        const only = prefix === undefined ? "" : ` that begin with \`${prefix}\``;
        const read = files === undefined ? "" : ` (by default ${code(files.split(" "))})`;
        return `| ${code(programs.split(" "))} | ${code(verbs?.split(" | ") ?? [])} | ${WORDS[names]}${which}${only}${read} |`;
    });
    const table = ["| program | followed by | its words name |", "| --- | --- | --- |", ...rows].join("\n");
    const [before, rest = ""] = page.split(BEGIN);
    return `${before}${BEGIN}\n${table}\n\n${END}${rest.split(END)[1]}`;
}

if (require.main === module) writeFileSync(PAGE, pageWithTable(readFileSync(PAGE, "utf8")));
