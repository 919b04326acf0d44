import { parseStackConfig } from "../../components/fleet/config/parse";
import { keysIn } from "../../components/fleet/config/path-keys";
import { UNSET } from "../../components/fleet/config/unset";
import type { Imported } from "./mapping";

/** Stands for a secret that is yet to be set. */
const SET_LATER = "is-set-later";

/** What a preview would refuse of the result, once its secrets are set: its checks are ours, so nobody has to find out. */
export function refusals({ config, secrets }: Pick<Imported, "config" | "secrets">): string[] {
    if (Object.keys(config).length === 0) return [];
    const values = structuredClone(config);
    for (const { path, begins = "", whole = begins + SET_LATER } of secrets) setAt(values, keysIn(path), whole);
    const { problems } = parseStackConfig({ values, secretKeys: [], env: {}, owner: "fleet/prod" });
    return problems
        .filter(({ severity, path }) => severity === "error" && path !== "gitlab:token")
        .map(({ path, message }) => `A preview will refuse this: ${path} ${message}`);
}

/** The configuration with a word in each place of a secret, which a preview refuses until the secret is set. */
export function withUnset({ config, secrets }: Pick<Imported, "config" | "secrets">): Imported["config"] {
    const values = structuredClone(config);
    for (const { path, begins = "" } of secrets) setAt(values, keysIn(path), begins + UNSET);
    return values;
}

/** Sets a value as `pulumi config set --path` does: maps and lists on the way are made. */
export function setAt(values: Record<string, unknown>, keys: readonly (string | number)[], value: string): void {
    let at = values as Record<string | number, unknown>;
    for (const [index, key] of keys.slice(0, -1).entries()) {
        if (!Object.hasOwn(at, key) || at[key] === undefined)
            define(at, key, typeof keys[index + 1] === "number" ? [] : {});
        at = at[key] as Record<string | number, unknown>;
    }
    define(at, keys.at(-1)!, value);
}

/** Names are those of a file: one that is called `__proto__` must not reach what all objects have. */
function define(at: object, key: string | number, value: unknown): void {
    Object.defineProperty(at, key, { value, writable: true, enumerable: true, configurable: true });
}
