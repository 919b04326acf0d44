import * as fleet from "@gitlab-fleet/sdk";
import type * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../core/marker";
import type { Problem } from "../../core/problems";
import { findIdProblems } from "../../core/reference";
import { didYouMean } from "../../core/suggest";
import { isMap, memberOf, show } from "../../core/values";
import { fleetChild } from "../common/fleet-provider";
import { error } from "../common/rules";
import { stackIdentity } from "../common/stack-identity";

/**
 * An existing runner that becomes the declared one: by its id, or by its description and tags, which exactly one runner
 * of the scope must have. Its id and job history stay, its settings and its token become the declared ones. `lost`: the
 * one that the stack declared under the same name before its state was lost, if there is one.
 */
export type Adopt = { id: number | string } | { description: string; tags?: string[] } | "lost";

/** An id that no runner has: importing it fails, so that nothing is created in place of what was not found. */
const NOBODY = "0";

/** Where a runner belongs, as `UserRunner` takes it. */
export type Place = Pick<gitlab.UserRunnerArgs, "runnerType" | "groupId" | "projectId">;

/**
 * Options that make the engine import the runner instead of creating one, and then update it to what is declared. Once
 * that has happened they do nothing, so `adopt` may stay in the program.
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
                // Where the group itself is only planned, nothing can be in it yet.
                if (known === undefined) return undefined;
                const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
                const asked = { ...toWanted(adopt), ...known, owner, identity: await settle(identity), runner: name };
                const found = await fleet
                    .findRunner(asked as fleet.FindRunnerArgs, { provider })
                    .catch(report(component, name));
                // Nothing was lost: a new runner is made, as without `adopt`.
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

/** What is wrong with `adopt` as the user wrote it. */
export function findAdoptProblems(value: unknown, path: string): Problem[] {
    const remedy = "Write { id: 42 }, { description: <the whole description>, tags: [...] } or lost.";
    if (value === undefined || value === "lost") return [];
    if (!isMap(value)) return [error(path, `is neither an id nor a description (got ${show(value)}). ${remedy}`)];
    const keys = ["id", "description", "tags"];
    const unknown = Object.keys(value).filter((key) => !keys.includes(key));
    if (unknown.length > 0) {
        return unknown.map((key) =>
            error(memberOf(path, key), `is not a known key.${didYouMean(key, keys)} ${remedy}`),
        );
    }
    if ("id" in value) {
        if ("description" in value || "tags" in value) {
            return [error(path, "has both an id and a description. Keep the id, which says it all.")];
        }
        return findIdProblems(value.id, memberOf(path, "id"));
    }
    const { description, tags } = value;
    if (typeof description !== "string" || description.trim() === "") {
        return [
            error(
                memberOf(path, "description"),
                `must be the runner's description (got ${show(description)}). ${remedy}`,
            ),
        ];
    }
    if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === "string"))) {
        return [error(memberOf(path, "tags"), `must be a list of tags (got ${show(tags)}). ${remedy}`)];
    }
    return [];
}

/** Value of an output; undefined while it is not known. */
async function settle<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    const { promise, isKnown } = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
    return (await isKnown) ? promise.call(output) : undefined;
}

// A transform that fails ends the program with its whole stack; one that names no runner ends with the message alone.
function report(component: pulumi.ComponentResource, name: string): (failure: unknown) => Promise<undefined> {
    return async (failure) => {
        const text = failure instanceof Error ? failure.message : String(failure);
        await pulumi.log.error(
            `Runner "${name}": ${text.replace(/^.*findRunner returned an error: /s, "")}`,
            component,
        );
        return undefined;
    };
}
