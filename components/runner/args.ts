import type * as gitlab from "@pulumi/gitlab";
import type * as pulumi from "@pulumi/pulumi";
import type { ROTATIONS } from "../../core/choices";
import type { RunnerScope } from "../common/scope";

/**
 * An existing runner that becomes the declared one: by its id, or by its description and tags, which exactly one runner
 * of the scope must have. Its id and job history stay, its settings and its token become the declared ones. `lost`: the
 * one that the stack declared under the same name before its state was lost, if there is one.
 */
export type Adopt =
    | {
          /** The runner's number in GitLab. */
          id: number | string;
      }
    | {
          /** The whole description that the runner has in GitLab. */
          description: string;
          /** Tags that it has, all or some: where several runners have that description. @default - any */
          tags?: string[];
      }
    | "lost";

/** Where a runner belongs, as `UserRunner` takes it. */
export type Place = Pick<gitlab.UserRunnerArgs, "runnerType" | "groupId" | "projectId">;

/** How a runner's authentication token is kept alive. */
export interface TokenArgs {
    /**
     * Who resets the token before it dies: `pulumi` at every `up`, or `runner`, the gitlab-runner process itself, which
     * needs one manager whose directory, here or on a host, it may write. @default pulumi
     */
    rotation?: (typeof ROTATIONS)[number];
    /**
     * How long before its end `up` resets the token, for instance `7d` or `36h`. Make it longer than the time between
     * two `up`s. With rotation `pulumi` only. @default - a quarter of the token's life
     */
    rotateBefore?: pulumi.Input<string | undefined>;
    /** Any text; a change of it makes the next `up` reset the token. @default - none */
    rotationTrigger?: pulumi.Input<string | undefined>;
}

/** What to declare about one runner. */
export interface RunnerArgs extends TokenArgs {
    /**
     * Who may use the runner: `{ group }`, `{ project }` (full path or id) or `instance`.
     * GitLab: `runner_type` with `group_id` or `project_id`. A change replaces the runner.
     */
    scope: RunnerScope;
    /** What people read in GitLab's list of runners. GitLab: `description`, at most 1,024 characters. @default - the runner's name */
    description?: pulumi.Input<string | undefined>;
    /** Tags that jobs ask for. GitLab: `tag_list`, at most 50. @default - no tags */
    tags?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Whether jobs without tags run here. GitLab: `run_untagged`; false needs tags. @default true */
    runUntagged?: pulumi.Input<boolean | undefined>;
    /** `not_protected`, or `ref_protected` for jobs of protected branches and tags only. GitLab: `access_level`. @default not_protected */
    accessLevel?: pulumi.Input<string | undefined>;
    /** Whether a project runner may not be given to further projects. GitLab: `locked`. @default false */
    locked?: pulumi.Input<boolean | undefined>;
    /** Whether the runner takes no new jobs. GitLab: `paused`. @default false */
    paused?: pulumi.Input<boolean | undefined>;
    /** Longest job in seconds, at least 600. GitLab: `maximum_timeout`. @default - the project's own limit */
    maximumTimeout?: pulumi.Input<number | undefined>;
    /** A note for maintainers, kept below the marker. GitLab: `maintenance_note`, 1,024 characters with the marker. @default - none */
    note?: pulumi.Input<string | undefined>;
    /**
     * An existing runner to become this one, instead of a new one: `{ id }`, or `{ description, tags }` that exactly one
     * runner of the scope has; both may stay in the program afterwards. `"lost"`: the one that this stack declared under
     * this name before its state was lost, or a new one where there is none; remove it after the next `up`.
     * @default - a new runner
     */
    adopt?: Adopt;
}
