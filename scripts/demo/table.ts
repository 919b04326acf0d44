import type { Snapshot } from "./snapshot";

/** The two snapshots side by side, as plain text. */
export function renderTable(before: Snapshot, after: Snapshot): string {
    const rows: [string, string[], string[]][] = [
        ["runners in GitLab", before.runners.map(toLine), after.runners.map(toLine)],
        ["workers in config.toml", before.workers, after.workers],
        ["who may pull", orNobody(before.allowlist), orNobody(after.allowlist)],
    ];
    const lines = [["", "before", "after"]];
    for (const [title, left, right] of rows) {
        lines.push([title, `${left.length === 1 && left[0] === "nobody else" ? 0 : left.length}`, `${right.length}`]);
        const [short, other] = [shorten(left), shorten(right)];
        for (let i = 0; i < Math.max(short.length, other.length); i++) lines.push(["", short[i] ?? "", other[i] ?? ""]);
    }
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
    return lines.map((line) => `  ${line.map((cell, i) => cell.padEnd(widths[i]!)).join("   ")}`.trimEnd()).join("\n");
}

function toLine(runner: { id: number; description: string }): string {
    return `#${runner.id} ${runner.description}`;
}

function orNobody(paths: string[]): string[] {
    return paths.length ? paths : ["nobody else"];
}

/** Twelve lines that say the same thing are no help: three, and how many more. */
function shorten(lines: string[]): string[] {
    return lines.length > 4 ? [...lines.slice(0, 3), `… and ${lines.length - 3} more`] : lines;
}
