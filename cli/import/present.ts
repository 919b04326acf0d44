import { Document, visit } from "yaml";
import { shellQuote } from "../../core/shell-quote";
import { ranges } from "../ranges";
import { oneLine } from "../style";
import type { Imported } from "./mapping";

/** Marks without a glyph. The library writes control characters by their number, and these as they are. */
const UNSEEN = /[\p{Cf}\u2028\u2029]/u;

/** The result as a file: what was left out stands in comments, so that it is not lost when the output is redirected. */
export function toYaml(source: string, { config, leftOut, secrets, remarks }: Imported): string {
    const lines = [`# From ${oneLine(source)}. Tokens are not in here: the next pulumi up resets them.`];
    if (secrets.length > 0) {
        lines.push(
            "#",
            "# Secrets, and what looks like one, were left out. Set each of them, in this order; Pulumi asks for the value:",
        );
        for (const { path, begins, whole } of secrets) {
            const hint = whole === undefined ? begins && `${oneLine(begins)}…` : oneLine(whole);
            lines.push(`#   pulumi config set --secret --path ${shellQuote(oneLine(path))}${hint ? ` # ${hint}` : ""}`);
        }
    }
    if (remarks.length > 0) lines.push("#", ...remarks.map((remark) => `# ${oneLine(remark)}`));
    if (leftOut.length > 0) {
        lines.push("#", "# Left out:");
        // What `register` left behind is the same thing a dozen times: said once.
        const numbers = new Map<string, number[]>();
        for (const { number, name, code, reason } of leftOut) {
            const text = `"${oneLine(name)}" (${code}): ${oneLine(reason)}`;
            numbers.set(text, [...(numbers.get(text) ?? []), number]);
        }
        for (const [text, which] of numbers)
            lines.push(`#   worker${which.length > 1 ? "s" : ""} ${ranges(which)} ${text}`);
    }
    // Pulumi reads YAML 1.1, to which more texts are numbers and booleans: `on`, `1_000`, `0b101`.
    const document = new Document({ config }, { version: "1.1" });
    // A mark that turns the direction of writing round is written by its number, or the line would read as another.
    visit(document, {
        Scalar(_, node) {
            if (typeof node.value === "string" && UNSEEN.test(node.value)) node.type = "QUOTE_DOUBLE";
        },
    });
    const body = Object.keys(config).length === 0 ? "config: {}\n" : byNumber(document.toString({ lineWidth: 120 }));
    return `${lines.join("\n")}\n${body}`;
}

/** A text of YAML with such marks by their numbers; they stand in double quotes alone. */
function byNumber(yaml: string): string {
    return yaml.replace(new RegExp(UNSEEN, "gu"), (mark) =>
        mark.length === 1
            ? `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`
            : `\\U${mark.codePointAt(0)!.toString(16).padStart(8, "0")}`,
    );
}
