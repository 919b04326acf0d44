import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { readAtPluginStart } from "../../../core/config-toml/scaling-groups";
import type { Settings } from "../../../core/config-toml/settings";
import { toSeconds } from "../../../core/durations";
import { systemIdOf } from "../../../core/system-id";
import { inOrder } from "../../../core/values";
import { DEFAULT_DRAIN_TIMEOUT } from "./drain";
import type { ToPlace } from "./kind";
import { type Traits, traitsOf } from "./traits";

/** One process that runs for a manager. */
export interface Replica {
    /** The manager's name, and which replica it is. */
    replica: string;
    /** Counted from 0. */
    index: number;
    /** Name of its container or StatefulSet. */
    object: string;
    systemId: string;
}

/** What runs for a manager, in containers or pods. */
export interface Running {
    replicas: Replica[];
    /** How long running jobs may take to finish, in seconds. */
    drainTimeout: number;
    traits: Traits;
    /** Changes when the settings change that fleeting plugins read at their start. */
    scaling?: pulumi.Input<string>;
}

/** What runs for a manager whose containers or StatefulSets have the names `objects`. */
export function runningOf(
    { name, systemId, draft, settings, drainTimeout = DEFAULT_DRAIN_TIMEOUT }: ToPlace<unknown>,
    objects: readonly string[],
): Running {
    const replicas = objects.map((object, index) => {
        // The first replica is the manager itself, so that going from one to three and back keeps its identity.
        const replica = index === 0 ? name : `${name}/${index + 1}`;
        const own = index === 0 ? systemId : systemIdOf(pulumi.getProject(), pulumi.getStack(), replica);
        return { replica, index, object, systemId: own };
    });
    const seconds = toSeconds(drainTimeout)!;
    return { replicas, drainTimeout: seconds, traits: traitsOf(draft), scaling: scalingOf(settings) };
}

/**
 * Changes when the settings change that fleeting plugins read at their start: as part of a container or pod, it
 * replaces it. Everybody can read it there, so it is made only of what may be shown.
 */
function scalingOf({ workers }: Settings): pulumi.Output<string> | undefined {
    const told = Object.entries(workers).flatMap(([worker, table]) => {
        const once = readAtPluginStart(table);
        return once === undefined ? [] : [[worker, once]];
    });
    if (told.length === 0) return undefined;
    return pulumi.output(told as unknown[]).apply((known) =>
        createHash("sha256")
            .update(JSON.stringify(inOrder(known)))
            .digest("hex")
            .slice(0, 16),
    );
}
