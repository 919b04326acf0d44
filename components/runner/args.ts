import type * as gitlab from "@pulumi/gitlab";
import type * as pulumi from "@pulumi/pulumi";
import type { ROTATIONS } from "../../core/choices";
import type { RunnerScope } from "../common/scope";

/**
 * An existing runner to adopt: by its id, or by its description and tags, which must match exactly one runner of the
 * scope. It keeps its id and job history, and gets the declared settings; its token is reset or recovered. `lost`: the
 * runner that the stack declared under the same name before its state was lost, if there is one.
 */
export type Adopt =
    | {
          /** The runner's id in GitLab. */
          id: number | string;
      }
    | {
          /** The runner's full description in GitLab. */
          description: string;
          /** Some or all of its tags, if several runners have that description. @default - any */
          tags?: string[];
      }
    | "lost";

/** Where a runner belongs, as `UserRunner` takes it. */
export type Place = Pick<gitlab.UserRunnerArgs, "runnerType" | "groupId" | "projectId">;

/** How a runner's authentication token is kept valid. */
export interface TokenArgs {
    /**
     * What resets the token before it expires: `pulumi` in each `up`, or `runner`, the gitlab-runner process, which
     * needs exactly one manager and a directory, local or over SSH, that it can write. @default pulumi
     */
    rotation?: (typeof ROTATIONS)[number];
    /**
     * How long before its expiry `up` resets the token, such as `7d` or `36h`. Make it longer than the time between two
     * runs of `up`. Only with `rotation: pulumi`. @default - a quarter of the token's life
     */
    rotateBefore?: pulumi.Input<string | undefined>;
    /** Any text. When it changes, the next `up` resets the token. @default - none */
    rotationTrigger?: pulumi.Input<string | undefined>;
}

/** What to declare about one runner. */
export interface RunnerArgs extends TokenArgs {
    /**
     * Who may use the runner: `{ group }`, `{ project }` (full path or id) or `instance`. GitLab: `runner_type` with
     * `group_id` or `project_id`. A change replaces the runner.
     */
    scope: RunnerScope;
    /**
     * The text in GitLab's list of runners. GitLab: `description`, at most 1,024 characters.
     * @default - the runner's name
     */
    description?: pulumi.Input<string | undefined>;
    /** Tags that jobs ask for. GitLab: `tag_list`, at most 50. @default - no tags */
    tags?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Whether the runner takes untagged jobs. GitLab: `run_untagged`; `false` requires tags. @default true */
    runUntagged?: pulumi.Input<boolean | undefined>;
    /**
     * `not_protected`, or `ref_protected` to take only jobs of protected branches and tags. GitLab: `access_level`.
     * @default not_protected
     */
    accessLevel?: pulumi.Input<string | undefined>;
    /** Whether a project runner cannot be assigned to other projects. GitLab: `locked`. @default false */
    locked?: pulumi.Input<boolean | undefined>;
    /** Whether the runner takes no new jobs. GitLab: `paused`. @default false */
    paused?: pulumi.Input<boolean | undefined>;
    /** Maximum job timeout in seconds, at least 600. GitLab: `maximum_timeout`. @default - the project's own limit */
    maximumTimeout?: pulumi.Input<number | undefined>;
    /**
     * A note for maintainers, below the marker. GitLab: `maintenance_note`, 1,024 characters including the marker.
     * @default - none
     */
    note?: pulumi.Input<string | undefined>;
    /**
     * Adopts an existing runner instead of creating one: `{ id }`, or `{ description, tags }`, which must match exactly
     * one runner of the scope. You may keep either of these afterwards. `"lost"`: adopts the runner that this stack
     * declared under this name before its state was lost, or creates one if there is none; remove it after the next
     * `up`. @default - a new runner
     */
    adopt?: Adopt;
}
