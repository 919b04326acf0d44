import { GraphQLError } from "graphql";
import type { World } from "../http/api";
import type { Identity } from "../http/auth";

/** A refusal of GitLab, in its words. Any other error of a field is a bug of the sandbox. */
export class Refusal extends GraphQLError {}

/** What resolvers know about the request. */
export interface Context {
    world: World;
    identity: Identity;
}

/** Field resolvers by type and field. A field without a resolver reads the property of its name. */
export type Resolvers = Record<string, Record<string, Resolver>>;
/** One field: its parent's row, its arguments (each resolver types both as the schema promises them), the request. */
export type Resolver = (parent: never, args: never, context: Context) => unknown;

/** `gid://gitlab/Ci::Runner/12`. */
export function gid(type: string, id: number): string {
    return `gid://gitlab/${type}/${id}`;
}

/** The number at the end of a global id of the given type. */
export function idOf(type: string, text: string): number {
    const match = /^gid:\/\/gitlab\/([\w:]+)\/(\d+)$/.exec(text);
    if (!match) throw new Refusal(`"${text}" is not a valid Global ID.`);
    if (match[1] !== type) {
        throw new Refusal(`"${text}" does not represent an instance of ${type}`);
    }
    return Number(match[2]);
}

/** GitLab's one answer for both "not found" and "not allowed". */
export function unavailable(): Refusal {
    return new Refusal(
        "The resource that you are attempting to access does not exist or you don't have permission to perform this action",
    );
}
