import type { Snapshot } from "./snapshot";

/** The two snapshots side by side, as plain text. */
export function renderTable(before: Snapshot, after: Snapshot): string {
    const lines = [
        ["", "before", "after"],
        ...rows("runners in GitLab", before.runners.map(toLine), after.runners.map(toLine)),
        ...rows("workers in config.toml", before.workers, after.workers),
        ...rows("who may pull", before.allowlist, after.allowlist),
    ];
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
    return lines.map((line) => `  ${line.map((cell, i) => cell.padEnd(widths[i]!)).join("   ")}`.trimEnd()).join("\n");
}

function rows(title: string, before: string[], after: string[]): string[][] {
    const [left, right] = [shorten(before), shorten(after)];
    const count = Math.max(left.length, right.length);
    return [
        [title, `${before.length || "none"}`, `${after.length || "none"}`],
        ...Array.from({ length: count }, (_, i) =>
            ["", left[i] ?? "", right[i] ?? ""].map((cell) => cell && `  ${cell}`),
        ),
    ];
}

function toLine(runner: { id: number; description: string }): string {
    return `#${runner.id} ${runner.description}`;
}

/** Shortens a long list to its first three lines and the number of the others. */
function shorten(lines: string[]): string[] {
    return lines.length > 4 ? [...lines.slice(0, 3), `… and ${lines.length - 3} more`] : lines;
}
