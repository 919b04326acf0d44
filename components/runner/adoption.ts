import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { NOBODY } from "../../core/id";
import { ownerOf } from "../../core/marker";
import { messageOf } from "../../core/message";
import { safeText } from "../../core/safe-text";
import { fleetChild, stackIdentity } from "../common/fleet-provider";
import type { Adopt, Place } from "./args";

/**
 * Options that make the engine import the runner instead of creating one, and then update it to the declared settings.
 * After the import they do nothing, so `adopt` may stay in the program.
 */
export function adoptionOptions(
    component: pulumi.ComponentResource,
    name: string,
    adopt: Adopt | undefined,
    place: Place,
): pulumi.CustomResourceOptions {
    if (adopt === undefined) return {};
    const provider = fleetChild(component).provider;
    const identity = stackIdentity(component).identity;
    return {
        transforms: [
            async ({ props, opts }) => {
                const known = (await settle(pulumi.output(place))) as unknown as Place;
                // If the group itself is only planned, it has no runners yet.
                if (known === undefined) return undefined;
                const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
                const asked = { ...toWanted(adopt), ...known, owner, identity: await settle(identity), runner: name };
                const found = await fleet
                    .findRunner(asked as fleet.FindRunnerArgs, { provider })
                    .catch(report(component, name));
                // Nothing was lost, so a new runner is created, as without `adopt`.
                if (found?.id === "") return undefined;
                return { props, opts: { ...opts, import: found?.id ?? NOBODY } as pulumi.CustomResourceOptions };
            },
        ],
    };
}

function toWanted(adopt: Adopt): Pick<fleet.FindRunnerArgs, "id" | "description" | "tags" | "lost"> {
    if (adopt === "lost") return { lost: true };
    return "id" in adopt ? { id: String(adopt.id) } : { description: adopt.description, tags: adopt.tags ?? [] };
}

/** Value of an output; undefined if it is not known yet. */
async function settle<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    const { promise, isKnown } = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
    return (await isKnown) ? promise.call(output) : undefined;
}

// If a transform fails, the program ends with a stack trace; if it imports a missing id, with the message alone.
function report(component: pulumi.ComponentResource, name: string): (failure: unknown) => Promise<undefined> {
    return async (failure) => {
        const text = messageOf(failure);
        await pulumi.log.error(
            safeText(`Runner "${name}": ${text.replace(/^.*findRunner returned an error: /s, "")}`),
            component,
        );
        return undefined;
    };
}
