import { type Document, visit } from "yaml";
import { findUnsafe, replaceUnsafe } from "../core/safe-text";

/**
 * A document as text that can safely be printed and pasted. Unsafe characters, such as one that reverses the direction
 * of writing, are written as escapes, which YAML only has in double quotes; comments must be made safe before.
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
