import { type Document, visit } from "yaml";
import { findUnsafe, replaceUnsafe } from "../core/safe-text";

/**
 * A document as it may be printed and pasted. What is unsafe in it, such as a mark that turns the direction of writing round, is
 * written by its number, which YAML knows in double quotes alone; comments have been made safe before.
 */
export function safeYaml(document: Document, { lineWidth }: { lineWidth: number }): string {
    visit(document, {
        Scalar(_, node) {
            if (typeof node.value === "string" && findUnsafe(node.value) !== undefined) node.type = "QUOTE_DOUBLE";
        },
    });
    return replaceUnsafe(document.toString({ lineWidth }), (character) => {
        const code = character.codePointAt(0)!.toString(16);
        return character.length === 1 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
    });
}
