import type * as z from "zod";
import { error, type Problem } from "../../../core/problems";
import { isMap, memberOf } from "../../../core/values";
import { isEntryOf } from "./misplaced";
import { exclusive, manager, registry, runner } from "./schema";

const ENTRIES: Record<string, { what: string; schema: z.ZodObject }> = {
    runners: { what: "a runner", schema: runner },
    managers: { what: "a manager", schema: manager },
    exclusive: { what: "a scope", schema: exclusive },
    registries: { what: "a registry", schema: registry },
};

/** Entries whose keys stand beside them in place of below. */
export interface LostIndent {
    problems: Problem[];
    /** Paths of the keys, of which nothing else is worth saying. */
    strays: string[];
}

/** Finds entries with nothing below them that have their own keys for neighbours: one column, and each key passes for an entry. */
export function findLostIndent(fleet: Readonly<Record<string, unknown>>, root: string): LostIndent {
    const found: LostIndent = { problems: [], strays: [] };
    for (const [section, { what, schema }] of Object.entries(ENTRIES)) {
        const map = fleet[section];
        if (!isMap(map)) continue;
        const names = Object.keys(map);
        const empty = names.find((name) => map[name] === null);
        const isKey = (name: string) => Object.hasOwn(schema.shape, name) && !isEntryOf(section, map[name]);
        const strays = names.filter((name) => map[name] !== null && isKey(name));
        if (empty === undefined || strays.length === 0) continue;
        const path = memberOf(root, section);
        const verb = strays.length === 1 ? `is a key of ${what}. Move it` : `are keys of ${what}. Move them`;
        const text = `has nothing below it, and ${strays.join(", ")} beside it ${verb} further to the right.`;
        found.problems.push(error(memberOf(path, empty), text));
        found.strays.push(memberOf(path, empty), ...strays.map((name) => memberOf(path, name)));
    }
    return found;
}
