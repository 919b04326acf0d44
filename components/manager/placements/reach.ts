import { createHash } from "node:crypto";
import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { nameOfUrn } from "../../../core/urn";
import { mapParts } from "../../../core/values";
import { fleetChild, stackIdentity } from "../../common/fleet-provider";
import type { Reach, Served } from "../../runner/served-by";
import type { ToPlace } from "./kind";
import type { OwnerOptions, ServiceOptions } from "./service";

export interface DirectoryAt extends OwnerOptions {
    /** Absolute. */
    directory: pulumi.Input<string>;
    /** How to reach the machine, if it is not this one. */
    ssh?: fleet.types.input.SshHostArgs;
    /** Whether a preview looks at another machine, too, as `up` does. */
    look?: boolean;
    /** The process that reads the files there. */
    process?: ServiceOptions;
}

/**
 * Declares that a directory must be reached first. The runners wait for this, so it must not wait for them: it is no
 * child of the manager, which may depend on them, and takes no outputs.
 */
export function reachDirectory(
    { manager, name, systemId, draft, served, aliases }: ToPlace<unknown>,
    where: DirectoryAt,
): Reach & Pick<fleet.ManagerFilesArgs, "place" | "identity"> {
    const { directory, ssh, sharedBetweenMachines, takeOverFrom } = where;
    const runners = served.flatMap(({ name: runner, place }) =>
        place === undefined ? [] : [{ name: runner, ...place }],
    );
    const { identity } = stackIdentity(manager);
    const look = where.look || !pulumi.runtime.isDryRun();
    if (ssh !== undefined && look) lookAhead(manager, { directory, ssh });
    const resource = new fleet.ManagerPlace(
        name,
        {
            directory,
            ssh,
            systemId,
            sharedBetweenMachines,
            takeOverFrom,
            runners: runners as fleet.types.input.ServedRunnerArgs[],
            declared: pulumi.secret(
                pulumi.output(runners).apply((known) => hashOf({ draft, served: namesOf(served), known })),
            ),
            identity,
            look,
        },
        { provider: fleetChild(manager).provider, aliases: formerNames(aliases) },
    );
    const { place } = resource;
    if (hangsOnResources({ directory, ssh })) return { place, identity, reached: [] };
    const again = { manager: name, directory, ssh, systemId, sharedBetweenMachines, takeOverFrom, identity, place };
    return { place, identity, reached: [resource], again };
}

/** Makes the plugin look at a host now: the engine compares resources one by one, and would log in one by one, too. */
function lookAhead(
    manager: pulumi.ComponentResource,
    where: { directory: pulumi.Input<string>; ssh: fleet.types.input.SshHostArgs },
) {
    const { provider } = fleetChild(manager);
    // A failure occurs in the comparison as well, and is reported there.
    pulumi.output(where).apply((known) => fleet.lookAhead(known, { provider }).catch(() => undefined));
}

/** Whether a value depends on a resource, which may be a runner. Values read from the configuration do not. */
export function hangsOnResources(value: unknown): boolean {
    if (value instanceof Promise) return true;
    // Not in Pulumi's types. `allResources` is, but it only resolves with the value, which may be too late.
    if (pulumi.Output.isInstance(value))
        return (value as unknown as { resources(): Set<unknown> }).resources().size > 0;
    return typeof value === "object" && value !== null && Object.values(value).some(hangsOnResources);
}

function namesOf(served: readonly Served[]): unknown {
    return served.map(({ name, rotation }) => ({ name, rotation }));
}

/** A hash of the plain values, in which every output counts the same. */
export function hashOf(value: unknown): string {
    return createHash("sha256")
        .update(JSON.stringify(withoutOutputs(value)))
        .digest("hex");
}

function withoutOutputs(value: unknown): unknown {
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return null;
    return mapParts(value, withoutOutputs);
}

/** The manager's own former names. Its former parents do not matter to resources without a parent. */
export function formerNames(aliases: pulumi.ComponentResourceOptions["aliases"]): pulumi.Alias[] {
    const names = (Array.isArray(aliases) ? aliases : []).flatMap((alias) => {
        if (typeof alias === "string") return [nameOfUrn(alias) || alias];
        const { name } = (pulumi.Output.isInstance(alias) ? {} : alias) as { name?: unknown };
        return typeof name === "string" ? [name] : [];
    });
    return [...new Set(names)].map((name) => ({ name }));
}
