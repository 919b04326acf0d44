/** Formats ascending numbers: `1 to 4, 7, 9 to 11`. */
export function ranges(numbers: readonly number[]): string {
    const runs: [number, number][] = [];
    for (const number of numbers) {
        const last = runs.at(-1);
        if (last?.[1] === number - 1) last[1] = number;
        else runs.push([number, number]);
    }
    return runs
        .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`))
        .join(", ");
}
