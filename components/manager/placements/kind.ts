import type * as fleet from "@gitlab-fleet/sdk";
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../../core/config-toml/settings";
import type { ServedFacts, UncheckedConfig } from "../../../core/config-toml/types";
import type { Problem } from "../../../core/problems";
import { mapValues } from "../../../core/values";
import type { JsonSchema, Kind, Shape } from "../../common/shape";
import type { Reach, Served } from "../../runner/served-by";

/**
 * A kind of place for a manager's files. Each has a folder with its arguments, its problems, the costs of its options,
 * and its declaration; `index.ts` lists them, and all code that asks about placements uses that list.
 */
export interface PlacementKind<P extends object> {
    /** The key that makes a placement one of this kind. */
    key: string;
    /** What its options belong to, in words, for messages: `a directory`. */
    name: string;
    /** The shortest example, for messages. */
    example: string;
    /** The kind of each key of such a placement. */
    shape: Shape<P>;
    /** What stack configuration may contain for it, with doc comments. */
    schema: JsonSchema;
    /** What a change of each option causes, by the option's name. */
    costs: Readonly<Record<string, Cost>>;
    /** Options whose values are secret. */
    secrets: readonly string[];
    /** Problems of a placement of this kind, besides those of single options. */
    findProblems?(placement: Record<string, unknown>, path: string): Problem[];
    /** What in a manager does not fit it. */
    findMisfits?(input: ManagerInput, paths: ManagerPaths): Problem[];
    /** Whether its process lets jobs finish before it stops, so that `drainTimeout` applies. */
    drains(placement: Record<string, unknown>): boolean;
    /** Whether the process may write its `config.toml`, so that it can rotate tokens, and `up` can read it there. */
    sharesFile: boolean;
    /** What a manager in it claims exclusively, as far as it is known. */
    claims(placement: Record<string, unknown>, manager: ManagerName): Claim[];
    /** Paths of the texts by which people and machines identify the place. */
    names: readonly string[];
    /** The same placement, set to take over files of another owner. Absent if files are never left behind. */
    takingOverFrom?(placement: P, owner: string): P;
    /** Puts a manager's files in place. Loaded only when needed, because mere checks must work without Pulumi. */
    declare(to: ToPlace<P>): PlacedFiles;
}

/** What a change of an option causes. */
export type Cost =
    /** Files or container stay, and jobs are not interrupted. */
    | "in place"
    /** The files are written at the new place, and removed from the old one. */
    | "moves the files"
    /** The option declares nothing. */
    | "nothing"
    /** The container is replaced; running jobs finish first. */
    | "drains";

/** An option whose change costs something else than usual. */
export function costing<T>(cost: Cost, kind: Kind<T>): Kind<T> & { cost: Cost } {
    return Object.assign((value: unknown, path: string) => kind(value, path), kind, { cost });
}

/** The cost of changing each option: the usual one, unless its kind has another. */
export function costsOf<T>(usual: Cost, shape: Shape<T>): Record<string, Cost> {
    return mapValues(shape as Record<string, { cost?: Cost }>, ({ cost = usual }) => cost);
}

export interface ManagerName {
    /** `<project>/<stack>`. */
    owner: string;
    name: string;
}

/** Something that a manager needs exclusively. */
export interface Claim {
    /** The same text for the same thing. */
    thing: string;
    /** Path in the placement where it is named. */
    path: string;
    /** The value that was written there. */
    given: string;
    /** What it is, for messages: `directory`. */
    what: string;
}

/** A manager as the user wrote it. Anything in it may be an output. */
export interface ManagerInput<P = unknown> {
    name: string;
    placement: P;
    /** What `config.toml` will contain, before the runners' tokens and ids are known. */
    draft: UncheckedConfig;
    /** The workers' runners. */
    served: readonly Served[];
    /** How long running jobs may take to finish. */
    drainTimeout?: unknown;
    /** Codes of silenced warnings. */
    silence?: readonly string[];
}

/** The paths of a manager, of its name, and of the `[[runners]]` table of each worker, as the user wrote them. */
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
    /** Whether it waits for other resources, which may create what its placement names. */
    waits: boolean;
    /** Whole text of `config.toml`. Secret. */
    configToml: pulumi.Output<string>;
    /** Its settings, without secrets. */
    settings: Settings & fleet.types.input.ManagerSettingsArgs;
    /** Which runner each worker serves, and what is known about it. */
    serves: Record<string, ServedFacts & { runner: string }>;
    /** Content of `.runner_system_id`. */
    systemId: string;
    /** GitLab's id of one of its runners; absent if it serves none. */
    runnerId?: pulumi.Input<string>;
}

/** What a placement returns about the files it has put in place. */
export interface PlacedFiles {
    /** Path of `config.toml`, as the manager's process sees it. */
    configPath: pulumi.Output<string>;
    /** The processes that read the files: one, or one for each replica. */
    processes: PlacedProcess[];
    /** The same path, if it is on this machine and the process may write the file. */
    pathHere?: pulumi.Input<string>;
    /** What `up` must reach before it changes the manager's runners or resets their tokens. */
    reach: Reach;
}

export interface PlacedProcess {
    /** The manager's name, and which replica it is. */
    name: string;
    /** Content of its `.runner_system_id`. */
    systemId: pulumi.Input<string>;
    /** Changes if the process is replaced; absent if that cannot be known. */
    instance?: pulumi.Output<string>;
    /** How long changed files take to reach a running process; absent if it sees them at once. */
    reloadDelay?: string;
    /** The resource that puts its files in place; whatever waits for the process waits for it. */
    files: pulumi.Resource;
}
