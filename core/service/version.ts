const PART = /^(>=|<=|>|<|=)?(\d{1,6}(?:\.\d{1,6}){0,2})$/;

/** A range of versions: every comparison in it must hold. */
export type Range = readonly { is: string; parts: readonly number[] }[];

/**
 * Parses `>=19` or `>=18.5 <20`; undefined for anything else. Parts that are left out are ignored: 19.4 is not greater
 * than 19.
 */
export function parseRange(text: string): Range | undefined {
    const words = text
        .replace(/(>=|<=|>|<|=)\s+/g, "$1")
        .split(/[\s,]+/)
        .filter((word) => word !== "");
    const found = words.map((word) => PART.exec(word));
    if (found.length === 0 || found.includes(null)) return undefined;
    return found.map((match) => ({ is: match![1] ?? "=", parts: match![2]!.split(".").map(Number) }));
}

/** Whether a version, such as `19.4.0` or `19.5.0~pre.12.gabcdef`, is in a range. */
export function isInRange(version: string, range: Range): boolean {
    const own = version
        .split(/[^\d.]/, 1)[0]!
        .split(".")
        .map(Number);
    return range.every(({ is, parts }) => {
        const at = parts.findIndex((part, index) => part !== (own[index] ?? 0));
        const order = at < 0 ? 0 : Math.sign((own[at] ?? 0) - parts[at]!);
        return is === "=" ? order === 0 : is.includes("=") && order === 0 ? true : order === (is[0] === ">" ? 1 : -1);
    });
}

/** The version in the output of `gitlab-runner --version`; undefined if there is none. */
export function versionIn(printed: string): string | undefined {
    return /^Version:\s+v?(\d+\.\d+[\w.~+-]{0,60})\s*$/m.exec(printed)?.[1];
}
