import * as fleet from "@gitlab-fleet/sdk";
import type * as pulumi from "@pulumi/pulumi";
import { findDurationProblems } from "../../core/durations";
import { isEventual } from "../../core/later";
import { error, findUnknownKeys, type Problem } from "../../core/problems";
import { isMap, memberOf, show } from "../../core/values";
import { fleetChild } from "../common/fleet-provider";
import type { Worker } from "./args";
import { configHash } from "./config-hash";
import type { PlacedProcess } from "./placements/kind";

/** What is wrong with `online` as the user wrote it. */
export function findOnlineProblems(online: unknown, path: string): Problem[] {
    if (online === undefined || typeof online === "boolean" || isEventual(online)) return [];
    const remedy = "Write true, false or { timeout: 5m }.";
    if (!isMap(online)) return [error(path, `must be true, false or a map (got ${show(online)}). ${remedy}`)];
    const unknown = findUnknownKeys(online, ["timeout"], path, remedy);
    if (unknown.length > 0) return unknown;
    const where = memberOf(path, "timeout");
    if (online.timeout === undefined) return [error(where, `is missing. ${remedy}`)];
    return findDurationProblems(online.timeout, where, "2m or 90s");
}

/** Waits until GitLab has heard from each process of a manager under each of its runners, whenever its files or it have changed. */
export function declareOnline(
    manager: pulumi.ComponentResource & { configToml: pulumi.Output<string> },
    workers: readonly Worker[],
    processes: readonly PlacedProcess[],
    online: true | { timeout: string },
): fleet.ManagerOnline[] {
    const runners = [...new Set(workers.map(({ runner }) => runner))];
    const pairs = processes.flatMap((process) => runners.map((runner) => ({ process, runner })));
    return pairs.map(
        ({ process: { name, systemId, instance, files }, runner }) =>
            new fleet.ManagerOnline(
                `${name}/${runner.name}`,
                {
                    runnerId: runner.id.apply(String),
                    systemId,
                    configHash: configHash(manager.configToml, instance),
                    timeout: online === true ? undefined : online.timeout,
                    token: runner.token,
                },
                { ...fleetChild(manager), dependsOn: [files] },
            ),
    );
}
