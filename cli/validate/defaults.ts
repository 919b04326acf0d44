import type { Origin } from "../../components/fleet/config/layers";
import { keysIn } from "../../components/fleet/config/path-keys";
import { withPlaceholders } from "../../components/fleet/config/secure";
import type { readProject } from "../../components/fleet/config/stack-files";
import { isMap } from "../../core/values";

/** Values that `config:` of Pulumi.yaml gives to every stack without that key. */
export interface Defaults {
    values: Record<string, unknown>;
    /** Where a problem's value was written, if it is one of the defaults. */
    originOf(path: string, own: Record<string, unknown>): Origin | undefined;
}

/** Reads the values below `config:` of a project file: plain, or in `value` or `default`. */
export function readDefaults({ value, name, lineOf }: NonNullable<ReturnType<typeof readProject>>): Defaults {
    const config = isMap(value.config) ? value.config : {};
    const found = Object.entries(config).flatMap(([key, given]) => {
        if (!isMap(given)) return [{ key, given, below: [] }];
        const below = ["value", "default"].find((word) => given[word] !== undefined);
        return below === undefined ? [] : [{ key, given: given[below], below: [below] }];
    });
    return {
        values: Object.fromEntries(found.map(({ key, given }) => [key, withPlaceholders(given ?? "")])),
        originOf(path, own) {
            const [first, ...rest] = keysIn(path);
            const entry = found.find(({ key }) => key === first);
            if (entry === undefined || Object.hasOwn(own, entry.key)) return undefined;
            return { file: name, line: lineOf(["config", entry.key, ...entry.below, ...rest]) };
        },
    };
}
