// Fills the table of docs/policies.md from the policies themselves.
//
//   tsx dev/scripts/policy-docs.ts [folder]     (called by dev/scripts/generate.sh)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../policies/rules";
import type { Facts } from "../../policies/rules/rule";

const PAGE = "docs/policies.md";

/** Whose name an exemption contains. */
const NAMES: Record<keyof Facts, string> = {
    manager: "worker or manager",
    runner: "runner",
    list: "list",
    scope: "scope",
    open: "resource, or key of the configuration",
};

/** The page with its table filled from the policies. */
export function fillPolicies(page: string): string {
    const rows = RULES.map(({ name, level, about, title, reason, fix }) =>
        [`\`${name}\`<br>${level}`, title, reason, fix, NAMES[about]].map(cell).join(" | "),
    );
    const table = [
        "| policy | what it requires | why | how to fix it | an exemption names the |",
        "| --- | --- | --- | --- | --- |",
        ...rows.map((row) => `| ${row} |`),
    ].join("\n");
    return page.replace(
        /(<!-- policies -->\n)[\s\S]*?(<!-- end -->)/,
        (_, begin, end) => `${begin}\n${table}\n\n${end}`,
    );
}

function cell(text: string): string {
    return text.replace(/\|/g, "\\|");
}

if (require.main === module) {
    const root = join(__dirname, "../..");
    const page = readFileSync(join(root, PAGE), "utf8");
    writeFileSync(join(process.argv[2] ?? root, PAGE), fillPolicies(page));
}
