// Writes the table of the commands that `access scan` recognises into its page: npx tsx dev/scripts/access-table.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS, NAMES } from "../../cli/access/shell/commands";
import { root } from "./pulumi";

const PAGE = join(root, "docs/registry-access.md");
const [BEGIN, END] = ["<!-- commands -->\n", "<!-- end of commands -->"];
/** The page with the current table. */
export function pageWithTable(page: string): string {
    const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(", ");
    const rows = COMMANDS.map(({ programs, verbs, names, operands, prefix, files }) => {
        const which = operands === undefined ? "" : " (only the first)";
        const prefixes = (prefix ?? "").split(" ");
        const prefixed = code(prefixes.filter((each) => each !== ""));
        const after = prefixes.includes("") ? ", also after" : " that start with";
        const only = prefixed === "" ? "" : `${after} ${prefixed}`;
        const read = files === undefined ? "" : ` (by default ${code(files.split(" "))})`;
        return `| ${code(programs.split(" "))} | ${code(verbs?.split(" | ") ?? [])} | ${NAMES[names]}${only}${which}${read} |`;
    });
    const table = ["| program | followed by | its arguments name |", "| --- | --- | --- |", ...rows].join("\n");
    const [before, rest = ""] = page.split(BEGIN);
    return `${before}${BEGIN}\n${table}\n\n${END}${rest.split(END)[1]}`;
}

if (require.main === module) writeFileSync(PAGE, pageWithTable(readFileSync(PAGE, "utf8")));
