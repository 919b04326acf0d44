/** The known word that a user most likely meant; undefined if none is similar. */
export function closest(word: string, known: Iterable<string>): string | undefined {
    let best: string | undefined;
    // At most a third of the letters may differ; beyond that, a suggestion misleads.
    let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
    for (const candidate of known) {
        const distance = countEdits(word.toLowerCase(), candidate.toLowerCase());
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best ?? [...known].find((candidate) => isShortFor(word.toLowerCase(), candidate.toLowerCase()));
}

const SHORTEST_ABBREVIATION = 4;

/** `maxTimeout` is short for `maximumTimeout`: the long name contains all its letters in that order. */
function isShortFor(word: string, candidate: string): boolean {
    // A long enough name contains the letters of any word.
    if (word.length < SHORTEST_ABBREVIATION || candidate.length > 3 * word.length || word[0] !== candidate[0])
        return false;
    let at = 0;
    for (const letter of candidate) if (letter === word[at]) at++;
    return at === word.length;
}

/** ` Did you mean "tags"?` with its leading space, or an empty text. */
export function didYouMean(word: string, known: Iterable<string>): string {
    const meant = closest(word, known);
    return meant === undefined ? "" : ` Did you mean ${JSON.stringify(meant)}?`;
}

/**
 * Whether a word is almost certainly a misspelling of another: they differ in at most one letter, apart from case and
 * separators.
 */
export function isMisspelt(word: string, meant: string): boolean {
    const plain = (text: string) => text.toLowerCase().replace(/[-_. ]/g, "");
    return countEdits(plain(word), plain(meant)) <= 1;
}

/** Number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function countEdits(a: string, b: string): number {
    let beforePrevious: number[] = [];
    let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
    for (let row = 1; row <= a.length; row++) {
        const current = [row];
        for (let column = 1; column <= b.length; column++) {
            const replace = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
            let cost = Math.min(previous[column]! + 1, current[column - 1]! + 1, replace);
            if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
                cost = Math.min(cost, beforePrevious[column - 2]! + 1);
            }
            current.push(cost);
        }
        beforePrevious = previous;
        previous = current;
    }
    return previous[b.length]!;
}
