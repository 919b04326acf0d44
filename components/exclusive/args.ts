import type { Foreign, MATCHES, STATUSES } from "../../core/choices";
import type { ReferenceInput, RunnerScope } from "../common/scope";
import type { Runner } from "../runner/runner";

/** A scope of runners, or the project runners of all projects below a group. */
export type ExclusiveScope = RunnerScope | { projectsBelow: ReferenceInput };

/** Which undeclared runners are judged; without `match: "all"` one part is enough. */
export interface RunnerClaim {
    /** Descriptions, compared as a whole; `*` stands for any text. */
    descriptions?: string[];
    /** Tags; one in common is enough. */
    tags?: string[];
    /** `stale` (not heard from for a week), `never_contacted`, `offline`; one of them is enough. */
    statuses?: (typeof STATUSES)[number][];
    /** Not heard from for longer than this, for instance `30d`. */
    offlineFor?: string;
    /** Usernames of those who made them; one of them is enough. */
    creators?: string[];
    /** Whether one of the above is enough or all that are given are needed. @default any */
    match?: (typeof MATCHES)[number];
}

/** Runners that are left alone whatever claims them. */
export interface RunnerExceptions {
    /** GitLab's ids. */
    ids?: (number | string)[];
    /** Descriptions, compared as a whole; `*` stands for any text. */
    descriptions?: string[];
    /** Tags; one in common is enough. */
    tags?: string[];
}

/** A scope in which the declared runners shall be the only ones of their kind. */
export interface ExclusiveArgs {
    /** The scope that is looked at: `{ group }`, `{ project }`, `instance`, or `{ projectsBelow: <group> }`, the runners of all its projects. */
    scope: ExclusiveScope;
    /** Which undeclared runners are judged. Those with our own marker always are, and are removed. @default - only our own orphans */
    claim?: RunnerClaim;
    /** What is left alone whatever claims it. @default - nothing */
    keep?: RunnerExceptions;
    /** How many runners one `up` may delete; more are refused as a whole, with their count. @default 50 */
    limit?: number;
    /** A runner that ran a job within this time, for instance `30m`, is left alone; `0s` spares none. @default 1h */
    quietPeriod?: string;
    /** What happens to claimed runners that are not declared: `report`, `pause` or `delete`. @default report */
    foreign?: Foreign;
}

/** What to declare about the runners of one scope. */
export interface ExclusiveRunnersArgs extends ExclusiveArgs {
    /**
     * The declared runners of the scope. What a killed `up` left under one of their names is removed; what bears another name
     * of this very stack is left alone and reported, for the program may declare it elsewhere, even later.
     */
    runners: Runner[];
}

/** A project that nobody can name yet. */
const SOME_PROJECT = Promise.resolve(0);

/** The scope that a runner of the program must have to be seen there: below a group it may be any project's. */
export function placeOf(scope: ExclusiveScope): RunnerScope {
    return scope !== "instance" && "projectsBelow" in scope ? { project: SOME_PROJECT } : scope;
}
