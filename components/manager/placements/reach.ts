import { createHash } from "node:crypto";
import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../../../core/later";
import { fleetChild } from "../../common/fleet-provider";
import { stackIdentity } from "../../common/stack-identity";
import type { Reach, Served } from "../../runner/served-by";
import type { DirectoryPlacement } from "./directory/args";

/** What of a manager is known before its runners have tokens. */
export interface BeforeTokens {
    systemId: string;
    /** What `config.toml` is made of; outputs in it are left out. */
    draft: unknown;
    served: readonly Served[];
    /** Aliases of the manager itself. */
    aliases: pulumi.ComponentResourceOptions["aliases"];
}

/**
 * Declares that a directory is reached first. Nothing here may wait for the runners, which wait for it: so it is no child
 * of the manager, which may depend on them, and takes only what is no output.
 */
export function reachDirectory(
    manager: pulumi.ComponentResource,
    name: string,
    placement: DirectoryPlacement,
    directory: pulumi.Input<string>,
    { systemId, draft, served, aliases }: BeforeTokens,
): Reach & Pick<fleet.ManagerFilesArgs, "place" | "identity"> {
    const { sharedBetweenMachines, takeOverFrom } = placement;
    const runners = served.flatMap(({ name: runner, place }) =>
        place === undefined ? [] : [{ name: runner, ...place }],
    );
    const { identity } = stackIdentity(manager);
    const resource = new fleet.ManagerPlace(
        name,
        {
            directory,
            systemId,
            sharedBetweenMachines,
            takeOverFrom,
            runners: runners as fleet.types.input.ServedRunnerArgs[],
            declared: pulumi.secret(
                pulumi.output(runners).apply((known) => hashOf({ draft, served: namesOf(served), known })),
            ),
            identity,
            look: !pulumi.runtime.isDryRun(),
        },
        { provider: fleetChild(manager).provider, aliases: formerNames(aliases) },
    );
    const { place } = resource;
    if (isEventual(directory)) return { place, identity, reached: [] };
    const again = { manager: name, directory, systemId, sharedBetweenMachines, takeOverFrom, identity, place };
    return { place, identity, reached: [resource], again };
}

function namesOf(served: readonly Served[]): unknown {
    return served.map(({ name, rotation }) => ({ name, rotation }));
}

/** The same for the same values, whatever the outputs among them are. */
function hashOf(value: unknown): string {
    return createHash("sha256")
        .update(JSON.stringify(withoutOutputs(value)))
        .digest("hex");
}

function withoutOutputs(value: unknown): unknown {
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return null;
    if (Array.isArray(value)) return value.map(withoutOutputs);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutOutputs(item)]));
}

/** The manager's own former names. Where it stood before does not matter to what has no parent. */
function formerNames(aliases: pulumi.ComponentResourceOptions["aliases"]): pulumi.Alias[] {
    const names = (Array.isArray(aliases) ? aliases : []).flatMap((alias) => {
        if (typeof alias === "string") return [alias.slice(alias.lastIndexOf("::") + 2)];
        const { name } = (pulumi.Output.isInstance(alias) ? {} : alias) as { name?: unknown };
        return typeof name === "string" ? [name] : [];
    });
    return [...new Set(names)].map((name) => ({ name }));
}
