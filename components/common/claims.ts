import * as pulumi from "@pulumi/pulumi";
import { perProgram } from "./per-program";

const owners = perProgram(() => new Map<string, string>());

/** Reserves something that may have only one owner in a program, such as the directory that a manager writes. */
export function claim(
    resource: pulumi.Resource,
    label: string,
    thing: string,
    messageFor: (owner: string) => string,
): void {
    const owner = owners().get(thing);
    if (owner !== undefined) throw new pulumi.ResourceError(`${label}: ${messageFor(owner)}`, resource, true);
    owners().set(thing, label);
}
