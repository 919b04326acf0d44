/** The known word a user most likely meant, or undefined when none is near. */
export function closest(word: string, known: Iterable<string>): string | undefined {
    let best: string | undefined;
    // A third of the letters may differ; more, and the suggestion misleads.
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

/** `maxTimeout` is short for `maximumTimeout`: all its letters are there, in that order. */
function isShortFor(word: string, candidate: string): boolean {
    // In a name long enough the letters of any word are somewhere.
    if (word.length < SHORTEST_ABBREVIATION || candidate.length > 3 * word.length || word[0] !== candidate[0])
        return false;
    let at = 0;
    for (const letter of candidate) if (letter === word[at]) at++;
    return at === word.length;
}

/** ` Did you mean "tags"?` with its leading space, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
    const meant = closest(word, known);
    return meant === undefined ? "" : ` Did you mean ${JSON.stringify(meant)}?`;
}

/** Whether a word can hardly be anything but another one: one letter may differ, and case and what joins its parts. */
export function isMisspelt(word: string, meant: string): boolean {
    const plain = (text: string) => text.toLowerCase().replace(/[-_. ]/g, "");
    return countEdits(plain(word), plain(meant)) <= 1;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
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
