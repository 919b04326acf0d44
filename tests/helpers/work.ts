type Sized = { length?: number };

/** Built-in functions that look at every element: the number of elements measures the work. */
const COUNTED: [object, ...string[]][] = [
    [Array.prototype, "map", "flatMap", "filter", "some", "every", "find", "findIndex", "reduce", "includes", "join"],
    [String.prototype, "split", "replace", "replaceAll", "match", "matchAll", "includes"],
    [Map.prototype, "get", "set"],
];

/** How many letters, elements and entries these functions look at while something runs. */
export function workOf(run: () => unknown): number {
    let work = 0;
    const undo = COUNTED.flatMap(([object, ...names]) =>
        names.map((name) => {
            const original = Reflect.get(object, name);
            Reflect.set(object, name, function (this: Sized, ...args: unknown[]) {
                work += this.length ?? 1;
                return original.apply(this, args);
            });
            return () => Reflect.set(object, name, original);
        }),
    );
    try {
        run();
    } finally {
        for (const each of undo) each();
    }
    return work;
}
