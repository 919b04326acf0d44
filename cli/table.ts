import { oneLine } from "./style";
import { fitted, widthOf } from "./width";

export interface Column<Row> {
    title: string;
    value(row: Row): string;
    /** Numbers are aligned right. @default left */
    align?: "left" | "right";
    /** Whether it may be cut with `…` if the terminal is too narrow. */
    flexible?: boolean;
}

const GAP = "  ";
const NARROWEST = 8;

/** Lines of a table, the titles first. Columns are as wide as needed; flexible ones are shortened first. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string[] {
    const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row))));
    const widths = columns.map((column, at) =>
        Math.max(column.title.length, ...cells.map((line) => widthOf(line[at]!))),
    );
    let excess = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - width;
    const flexible = columns.flatMap((column, at) => (column.flexible ? [at] : []));
    while (excess > 0) {
        // The widest column is shortened first, so that short columns stay whole.
        const widest = flexible.reduce((a, b) => (widths[b]! > widths[a]! ? b : a), flexible[0] ?? -1);
        if (widest < 0 || widths[widest]! <= NARROWEST) break;
        widths[widest]!--;
        excess--;
    }
    const toLine = (line: readonly string[]) =>
        line
            .map((text, at) => pad(text, widths[at]!, columns[at]!.align === "right"))
            .join(GAP)
            .trimEnd();
    return [toLine(columns.map((column) => column.title)), ...cells.map(toLine)];
}

function pad(text: string, width: number, right: boolean): string {
    const cut = fitted(text, width);
    const space = " ".repeat(width - widthOf(cut));
    return right ? space + cut : cut + space;
}
