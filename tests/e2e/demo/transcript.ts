/**
 * What a pulumi command printed, as it stands in a page: the same for the same changes, whatever the machine and the day. `ids` are those
 * of runners, which are made at once, so that either may be first.
 */
export function toTranscript(output: string, folder: string, ids: ReadonlyMap<number, number>): string {
    const lines = output
        .replaceAll(folder, "/srv")
        .replace(/http:\/\/127\.0\.0\.1:\d+/g, "https://gitlab.example.org")
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T00:00:00Z")
        .replace(/(\[id=|runner |: )(\d+)\b(?! unchanged)/g, (text, before: string, id: string) => {
            const stable = ids.get(Number(id));
            return stable === undefined ? text : `${before}${stable}`;
        })
        .replace(/#[a-z0-9]{10}\//g, "#k7m2x9pq4w/")
        .replace(/(host +: )"[^"]*"/g, '$1"ci-host"')
        .replace(/"[0-9a-f]{32,64}"/g, '"0f1e2d3c4b5a69788796a5b4c3d2e1f0"')
        .split("\n")
        .map((line) => line.trimEnd())
        // Where a resource stands in Pulumi's tree, and how long it all took, tells nothing about the change.
        .filter((line) => !/^\s*\[(urn|provider)=|^@ |^Duration: /.test(line));
    return [...sortDiagnostics(lastRows(lines))]
        .join("\n")
        .replace(/\n{3,}/g, "\n\n")
        .trim();
}

/** A row of a resource: what is done, type and name, and which properties differ. What is said of it stands under `Diagnostics`. */
const ROW =
    /^ (?<sign>[ +~-]{1,2}) +(?<key>\S*:\S+ \S+)(?<done> +(?:create|update|delete|replace)d?\b)?(?<diff> \[diff: [^\]]*\])?/;

/** Without a terminal, Pulumi prints a row each time it changes, in the order of the moment: the last of each, in order. */
function lastRows(lines: readonly string[]): string[] {
    const rows = new Map<string, string>();
    const others: string[] = [];
    let first: number | undefined;
    for (const line of lines) {
        const { sign, key, done = "", diff = "" } = ROW.exec(line)?.groups ?? {};
        if (key === undefined) {
            others.push(line);
        } else if (sign?.trim() === "-" && key.startsWith("pulumi:pulumi:Stack ")) {
            // Pulumi shows its deletion in some runs and not in others.
            first ??= others.length;
            rows.set(key, `    ${key}`);
        } else {
            first ??= others.length;
            rows.set(key, ` ${sign!.trim().padEnd(2)} ${key}${done}${diff}`);
        }
    }
    const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
    return first === undefined ? others : [...others.slice(0, first), ...sorted, "", ...others.slice(first)];
}

/** The sections under `Diagnostics:` in the order of their names. */
function sortDiagnostics(lines: readonly string[]): string[] {
    const start = lines.indexOf("Diagnostics:");
    if (start < 0) return [...lines];
    const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
    const end = length < 0 ? lines.length : start + 1 + length;
    const sections = lines
        .slice(start + 1, end)
        .join("\n")
        .split(/\n(?= {2}\S)/)
        .map((section) => section.trimEnd())
        .sort()
        .flatMap((section) => [section, ""]);
    return [...lines.slice(0, start + 1), ...sections, ...lines.slice(end)];
}
