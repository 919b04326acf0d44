import * as z from "zod";
import type { JobTokenAllowlistArgs, RegistryAccessArgs } from "../../components/allowlist/args";
import { described, type ShapeOf } from "../../components/common/described";
import type { ExclusiveRunnersArgs } from "../../components/exclusive/args";
import type { FleetArgs } from "../../components/fleet/args";
import { exclusive, fleetConfig, manager, project, registry, runner } from "../../components/fleet/config/schema";
import type { RunnerManagerArgs, Worker } from "../../components/manager/args";
import type { RunnerArgs } from "../../components/runner/args";

// The arguments of each component, out of the shapes of a stack's configuration: what both have is written once.

const { config, silence, renamedFrom: _, ...runnerArgs } = runner.shape;
const { runners: __, renamedFrom: ___, ...managerArgs } = manager.shape;
const { consumers, mode, enabled, compact, onDestroy, policies } = registry.shape;
const { extends: ____, movedFrom: _____, ...fleetArgs } = fleetConfig.shape;

/** Metadata by which the schema's writer knows a resource. */
export const RESOURCE_KEY = "resource";

/** Stands for a `Runner` of the program, which a shape cannot describe. */
const declaredRunner = z.any().meta({ [RESOURCE_KEY]: "gitlab-fleet:index:Runner" });

// Without the type of its runner: Python's modules would import each other in a circle, and end up without half of their types.
const worker = z.strictObject(
    described("worker", {
        runner: z.any(),
        name: z.string().optional(),
        config: config.unwrap(),
        silence,
    } satisfies Record<keyof Worker, z.ZodType>),
);

/** The arguments of each component, by its type. */
export const COMPONENT_SHAPES = {
    "gitlab-fleet:index:Fleet": z.strictObject(fleetArgs satisfies ShapeOf<FleetArgs>),
    "gitlab-fleet:index:Runner": z.strictObject(runnerArgs satisfies ShapeOf<RunnerArgs>),
    "gitlab-fleet:index:RunnerManager": z.strictObject(
        described("runnerManager", {
            ...managerArgs,
            workers: z.array(worker),
        } satisfies Record<keyof RunnerManagerArgs, z.ZodType>),
    ),
    "gitlab-fleet:index:JobTokenAllowlist": z.strictObject(
        described("allowlist", {
            ...{ project, allow: consumers, mode, enabled, compact, onDestroy, policies },
        } satisfies ShapeOf<JobTokenAllowlistArgs>),
    ),
    "gitlab-fleet:index:RegistryAccess": z.strictObject(
        described("registry", { producer: project, ...registry.shape } satisfies ShapeOf<RegistryAccessArgs>),
    ),
    "gitlab-fleet:index:ExclusiveScope": z.strictObject(
        described("exclusiveRunners", {
            ...exclusive.shape,
            runners: z.array(declaredRunner),
        } satisfies Record<keyof ExclusiveRunnersArgs, z.ZodType>),
    ),
};
