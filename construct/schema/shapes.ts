import * as z from "zod";
import type { JobTokenAllowlistArgs, RegistryAccessArgs } from "../../components/allowlist/args";
import type { ShapeOf } from "../../components/common/shape-of";
import type { ExclusiveRunnersArgs } from "../../components/exclusive/args";
import type { FleetArgs } from "../../components/fleet/args";
import { exclusive, fleetConfig, manager, project, registry, runner } from "../../components/fleet/config/schema";
import type { RunnerManagerArgs } from "../../components/manager/args";
import type { RunnerArgs } from "../../components/runner/args";

// The arguments of each component, out of the shapes of a stack's configuration: what both have is described once.

const { config, silence, renamedFrom: _, ...runnerArgs } = runner.shape;
const { runners: __, renamedFrom: ___, ...managerArgs } = manager.shape;
const { consumers, mode, enabled, compact, onDestroy, policies } = registry.shape;
const { extends: ____, movedFrom: _____, ...fleetArgs } = fleetConfig.shape;

/** Stands for a `Runner` of the program, which a shape cannot describe. */
const RUNNER = "gitlab-fleet:index:Runner";

/** Metadata by which the schema's writer knows a resource. */
export const RESOURCE_KEY = "resource";

const declaredRunner = z.any().meta({ [RESOURCE_KEY]: RUNNER });

const worker = z.strictObject({
    // Without the type of its resource: Python's modules would import each other in a circle, and end up without half of their types.
    runner: z.any().describe("The Runner whose jobs this worker takes."),
    name: z.string().optional().describe("Name in gitlab-runner's log. Default: the runner's name."),
    config: config.unwrap().describe(config.description!),
    silence,
});

/** The arguments of each component, by its type. */
export const COMPONENT_SHAPES = {
    "gitlab-fleet:index:Fleet": z.strictObject(fleetArgs satisfies ShapeOf<FleetArgs>),
    "gitlab-fleet:index:Runner": z.strictObject(runnerArgs satisfies ShapeOf<RunnerArgs>),
    "gitlab-fleet:index:RunnerManager": z.strictObject({
        ...managerArgs,
        workers: z.array(worker).describe("The workers, in this order."),
    } satisfies Record<keyof RunnerManagerArgs, z.ZodType>),
    "gitlab-fleet:index:JobTokenAllowlist": z.strictObject({
        project: project.describe("Full path or id of the project that is protected."),
        allow: consumers.describe("Whose jobs may reach it with CI_JOB_TOKEN."),
        ...{ mode, enabled, compact, onDestroy, policies },
    } satisfies ShapeOf<JobTokenAllowlistArgs>),
    "gitlab-fleet:index:RegistryAccess": z.strictObject({
        producer: project.describe("Full path or id of the project whose images and packages are pulled."),
        ...registry.shape,
    } satisfies ShapeOf<RegistryAccessArgs>),
    "gitlab-fleet:index:ExclusiveScope": z.strictObject({
        ...exclusive.shape,
        runners: z.array(declaredRunner).describe("The declared Runners of the scope."),
    } satisfies Record<keyof ExclusiveRunnersArgs, z.ZodType>),
};
