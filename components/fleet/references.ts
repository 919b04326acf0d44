import { isEventual } from "../../core/later";
import type { Reference, ReferenceKind } from "../../core/reference";
import { isMap, memberOf } from "../../core/values";
import { findConsumers } from "../allowlist/registry-problems";
import type { WrittenReference } from "../common/path-resolver";
import type { FleetArgs } from "./args";

/** Every project and group that a fleet names. `root` is the path of the fleet's arguments. */
export function findWrittenReferences({ runners, exclusive, registries }: FleetArgs, root: string): WrittenReference[] {
    const scopes = Object.entries({ runners, exclusive }).flatMap(([section, entries]) =>
        Object.entries(entries ?? {}).flatMap(([name, { scope }]) =>
            inScope(scope, memberOf(memberOf(memberOf(root, section), name), "scope")),
        ),
    );
    const consumers = Object.entries(registries ?? {}).flatMap(([producer, access]) => {
        const path = memberOf(memberOf(root, "registries"), producer);
        return [{ kind: "project" as const, reference: producer, path }, ...findConsumers(access, path)];
    });
    return [...scopes, ...consumers];
}

const KEYS: [key: string, kind: ReferenceKind][] = [
    ["project", "project"],
    ["group", "group"],
    ["projectsBelow", "group"],
];

function inScope(scope: unknown, path: string): WrittenReference[] {
    if (!isMap(scope)) return [];
    return KEYS.filter(([key]) => scope[key] !== undefined && !isEventual(scope[key])).map(([key, kind]) => ({
        kind,
        reference: scope[key] as Reference,
        path: memberOf(path, key),
    }));
}
