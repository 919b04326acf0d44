/** Splits a path of `memberOf`: `gitlab-fleet:runners.ci.tags[1]` gives `gitlab-fleet:runners`, `ci`, `tags`, 1. */
export function keysIn(path: string): (string | number)[] {
    const keys: (string | number)[] = [];
    for (const [, text, index, word] of path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)) {
        const key = text === undefined ? (index === undefined ? word! : Number(index)) : (JSON.parse(text) as string);
        const last = keys.at(-1);
        // `gitlab-fleet:["a.b"]` is one key of the configuration.
        if (keys.length === 1 && typeof last === "string" && last.endsWith(":")) keys[0] = last + key;
        else keys.push(key);
    }
    return keys;
}
