import type * as fleet from "@gitlab-fleet/sdk";
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../../core/config-toml/settings";
import type { ServedFacts, UncheckedConfig } from "../../../core/config-toml/types";
import type { Problem } from "../../../core/problems";
import { mapValues } from "../../../core/values";
import type { JsonSchema, Kind, Shape } from "../../common/shape";
import type { Reach, Served } from "../../runner/served-by";

/**
 * A kind of place for a manager's files. Each has a folder with its arguments, its problems, what its options cost, and how
 * it is declared; `index.ts` lists them, and whoever asks about placements asks that list.
 */
export interface PlacementKind<P extends object> {
    /** The key of a placement that makes it one of this kind. */
    key: string;
    /** What goes with its options beside that key, in words: `a directory`. */
    name: string;
    /** The shortest that can be written, for messages. */
    example: string;
    /** What each key of such a placement must be. */
    shape: Shape<P>;
    /** What a stack's configuration may hold of it, each key with its doc comment. */
    schema: JsonSchema;
    /** What a change of each option does, by the option's name. */
    costs: Readonly<Record<string, Cost>>;
    /** Options whose values are secret. */
    secrets: readonly string[];
    /** What is wrong with a placement of this kind, besides single options. */
    findProblems?(placement: Record<string, unknown>, path: string): Problem[];
    /** What of a manager does not go with it. */
    findMisfits?(input: ManagerInput, paths: ManagerPaths): Problem[];
    /** Whether its process lets jobs end before it does: `drainTimeout` goes with it. */
    drains(placement: Record<string, unknown>): boolean;
    /** Whether the process may write its `config.toml`, so that it can rotate tokens, and `up` can read it there. */
    sharesFile: boolean;
    /** What a manager in it has for itself alone, as far as it is known. */
    claims(placement: Record<string, unknown>, manager: ManagerName): Claim[];
    /** Paths of the texts by which people and machines know the place. */
    names: readonly string[];
    /** The same placement, with files that another owner left there taken over. Absent where nothing is left behind. */
    takingOverFrom?(placement: P, owner: string): P;
    /** Puts a manager's files in place. Loaded when it is needed: whoever only checks has no Pulumi. */
    declare(to: ToPlace<P>): PlacedFiles;
}

/** What a change of an option does. */
export type Cost =
    /** Files or container stay, and nothing is interrupted. */
    | "in place"
    /** The files are written at the new place, and removed at the old one. */
    | "moves the files"
    /** Nothing is declared by it. */
    | "nothing"
    /** The container is made anew; running jobs finish first. */
    | "drains";

/** An option of which a change costs something else than the usual. */
export function costing<T>(cost: Cost, kind: Kind<T>): Kind<T> & { cost: Cost } {
    return Object.assign((value: unknown, path: string) => kind(value, path), kind, { cost });
}

/** What a change of each option does: the usual, where its kind says nothing else. */
export function costsOf<T>(usual: Cost, shape: Shape<T>): Record<string, Cost> {
    return mapValues(shape as Record<string, { cost?: Cost }>, ({ cost = usual }) => cost);
}

export interface ManagerName {
    /** `<project>/<stack>`. */
    owner: string;
    name: string;
}

/** Something of which a manager needs one of its own. */
export interface Claim {
    /** The same for the same thing. */
    thing: string;
    /** Where in the placement it is said. */
    path: string;
    /** What was said there. */
    given: string;
    /** What it is: `directory`. */
    what: string;
}

/** A manager as it was written. Anything in it may be an output. */
export interface ManagerInput<P = unknown> {
    name: string;
    placement: P;
    /** What `config.toml` will hold, before the runners' tokens and ids are known. */
    draft: UncheckedConfig;
    /** The workers' runners. */
    served: readonly Served[];
    /** How long jobs may take to end. */
    drainTimeout?: unknown;
    /** Codes of accepted warnings. */
    silence?: readonly string[];
}

/** Where the user wrote a manager, its name, and the `[[runners]]` table of each worker. */
export interface ManagerPaths {
    manager: string;
    name: string;
    worker(index: number): string;
}

/** A manager whose files are to be put in place. */
export interface ToPlace<P> extends ManagerInput<P> {
    manager: pulumi.ComponentResource;
    /** Aliases of the manager itself. */
    aliases: pulumi.ComponentResourceOptions["aliases"];
    /** Whether it waits for other resources, which may make what its placement names. */
    waits: boolean;
    /** Whole text of `config.toml`. Secret. */
    configToml: pulumi.Output<string>;
    /** What it says, without its secrets. */
    settings: Settings & fleet.types.input.ManagerSettingsArgs;
    /** Which runner each worker serves, and what is known of it. */
    serves: Record<string, ServedFacts & { runner: string }>;
    /** Content of `.runner_system_id`. */
    systemId: string;
    /** GitLab's id of a runner that it serves; absent where it serves none. */
    runnerId?: pulumi.Input<string>;
}

/** What a placement tells about the files it has put in place. */
export interface PlacedFiles {
    /** Path of `config.toml`, as the manager's process sees it. */
    configPath: pulumi.Output<string>;
    /** The processes that read the files: one, or one for each replica. */
    processes: PlacedProcess[];
    /** The same path, where it is one of this machine and the process may write the file. */
    pathHere?: pulumi.Input<string>;
    /** What `up` reaches before it changes the runners that the manager serves, or resets their tokens. */
    reach: Reach;
}

export interface PlacedProcess {
    /** The manager's name, and which replica it is. */
    name: string;
    /** Content of its `.runner_system_id`. */
    systemId: pulumi.Input<string>;
    /** Changes when the process is another one; absent where nobody can tell. */
    instance?: pulumi.Output<string>;
    /** How long changed files take to reach a process that runs on; absent where they are there once they are written. */
    reloadDelay?: string;
    /** What puts its files in place; whatever waits for the process waits for it. */
    files: pulumi.Resource;
}
