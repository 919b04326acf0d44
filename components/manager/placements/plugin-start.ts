import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { readAtPluginStart } from "../../../core/config-toml/scaling-groups";
import type { Settings } from "../../../core/config-toml/settings";
import { isMap } from "../../../core/values";

/**
 * Changes with what fleeting plugins are told when they start: as part of a container or pod, it has a new one made. It stands
 * where everybody may read it, so it is made of what may be shown.
 */
export function scalingOf({ workers }: Settings): pulumi.Output<string> | undefined {
    const told = Object.entries(workers).flatMap(([worker, table]) => {
        const once = readAtPluginStart(table);
        return once === undefined ? [] : [[worker, once]];
    });
    if (told.length === 0) return undefined;
    return pulumi
        .output(told as unknown[])
        .apply((known) => createHash("sha256").update(JSON.stringify(known, inOrder)).digest("hex").slice(0, 16));
}

/** Keys of a map by name: in which order they were written makes no difference. */
function inOrder(_: string, value: unknown): unknown {
    return isMap(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
