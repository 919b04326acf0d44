import type { Foreign, MATCHES, STATUSES } from "../../core/choices";
import type { ReferenceInput, RunnerScope } from "../common/scope";
import type { Runner } from "../runner/runner";

/** A scope of runners, or the project runners of all projects below a group. */
export type ExclusiveScope = RunnerScope | { projectsBelow: ReferenceInput };

/** Which undeclared runners are claimed. One matching property is enough, unless `match` is `all`. */
export interface RunnerClaim {
    /** Descriptions, compared as a whole; `*` matches any text. */
    descriptions?: string[];
    /** Tags; a runner needs one of them. */
    tags?: string[];
    /** `stale` (no contact for a week), `never_contacted`, `offline`; a runner needs one of them. */
    statuses?: (typeof STATUSES)[number][];
    /** No contact for longer than this, such as `30d`. */
    offlineFor?: string;
    /** Usernames; one of them must have created the runner. */
    creators?: string[];
    /** Whether one of the properties above must match, or all that are set. @default any */
    match?: (typeof MATCHES)[number];
}

/** Runners to leave alone, claimed or orphans. */
export interface RunnerExceptions {
    /** Ids in GitLab. */
    ids?: (number | string)[];
    /** Descriptions, compared as a whole; `*` matches any text. */
    descriptions?: string[];
    /** Tags; a runner needs one of them. */
    tags?: string[];
}

/** A scope in which the declared runners are to be the only ones of their kind. */
export interface ExclusiveArgs {
    /**
     * The scope to examine: `{ group }`, `{ project }`, `instance`, or `{ projectsBelow: <group> }` for the runners of
     * all its projects.
     */
    scope: ExclusiveScope;
    /**
     * Which undeclared runners `foreign` applies to. Orphans of this stack are removed without a claim.
     * @default - no runners
     */
    claim?: RunnerClaim;
    /** Runners to leave alone, claimed or orphans. @default - nothing */
    keep?: RunnerExceptions;
    /** How many runners one `up` may delete. If there are more, it deletes none and prints how many. @default 50 */
    limit?: number;
    /** Runners that ran a job within this time, such as `30m`, are left alone; `0s` turns this off. @default 1h */
    quietPeriod?: string;
    /** What happens to claimed runners that are not declared: `report`, `pause` or `delete`. @default report */
    foreign?: Foreign;
}

/** Which runners of a scope are declared, and what happens to the others. */
export interface ExclusiveRunnersArgs extends ExclusiveArgs {
    /**
     * The declared runners of the scope. Runners that a killed `up` left under one of their names are removed. Runners
     * with another name of this stack in their marker are left alone and reported: the program may declare them
     * elsewhere, even later.
     */
    runners: Runner[];
}

/** A project that nobody can name yet. */
const SOME_PROJECT = Promise.resolve(0);

/** The scope that a runner of the program must have to be seen there: below a group it may be any project's. */
export function placeOf(scope: ExclusiveScope): RunnerScope {
    return scope !== "instance" && "projectsBelow" in scope ? { project: SOME_PROJECT } : scope;
}
