/** Whether a version, three numbers with dots, is older than another. */
export function isOlder(version: string, than: string): boolean {
    const [a, b] = [version, than].map((text) => text.split(/[.-]/, 3).map(Number)) as [number[], number[]];
    const at = a.findIndex((part, index) => part !== b[index]);
    return at >= 0 && a[at]! < b[at]!;
}
