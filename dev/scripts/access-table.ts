// Writes the table of commands that `access scan` reads into its page: npx tsx dev/scripts/access-table.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS, type CommandRow } from "../../cli/access/shell/commands";
import { root } from "./pulumi";

const PAGE = join(root, "docs/registry-access.md");
const [BEGIN, END] = ["<!-- commands -->\n", "<!-- end of commands -->"];
const WORDS: Record<CommandRow["names"], string> = {
    images: "images",
    login: "a registry, and the token with which later commands pull images",
    build: "a Dockerfile, which is searched for images",
    repository: "repositories",
    push: "a repository; a switch of its project decides",
    remote: "a repository, which counts once it is fetched",
    settings: "credentials for git",
    files: "a file, read as text",
    composed: "a file, read as text",
    addresses: "addresses of packages and of the API",
    packages: "addresses of packages and of the API",
    command: "a command, which the scan follows",
    text: "the text of a script, which the scan follows",
    script: "a script: in an argument, in a file, or on standard input",
    output: "a text, which is read if it is written into a file",
    nothing: "nothing to pull",
};

/** The page with the table of today. */
export function pageWithTable(page: string): string {
    const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(", ");
    const rows = COMMANDS.map(({ programs, verbs, names, operands, prefix, files }) => {
        const which = { first: " (only the first)", all: "", sources: " (all but the last)" }[operands ?? "all"];
        const prefixes = (prefix ?? "").split(" ");
        const prefixed = code(prefixes.filter((each) => each !== ""));
        const after = prefixes.includes("") ? ", also after" : " that start with";
        const only = prefixed === "" ? "" : `${after} ${prefixed}`;
        const read = files === undefined ? "" : ` (by default ${code(files.split(" "))})`;
        return `| ${code(programs.split(" "))} | ${code(verbs?.split(" | ") ?? [])} | ${WORDS[names]}${only}${which}${read} |`;
    });
    const table = ["| program | followed by | its arguments name |", "| --- | --- | --- |", ...rows].join("\n");
    const [before, rest = ""] = page.split(BEGIN);
    return `${before}${BEGIN}\n${table}\n\n${END}${rest.split(END)[1]}`;
}

if (require.main === module) writeFileSync(PAGE, pageWithTable(readFileSync(PAGE, "utf8")));
