import { ALLOWLIST_SHAPE, REGISTRY_SHAPE } from "../../components/allowlist/problems";
import { EXCLUSIVE_RUNNERS_SHAPE } from "../../components/exclusive/problems";
import { schemaOf } from "../../components/fleet/config/schema";
import { FLEET_SHAPE } from "../../components/fleet/problems";
import { MANAGER_SHAPE } from "../../components/manager/problems";
import { RUNNER_SHAPE } from "../../components/runner/problems";

/** The arguments of each component, by its type. */
export const COMPONENT_SHAPES = {
    "gitlab-fleet:index:Fleet": schemaOf("fleet", FLEET_SHAPE),
    "gitlab-fleet:index:Runner": schemaOf("runner", RUNNER_SHAPE),
    "gitlab-fleet:index:RunnerManager": schemaOf("runnerManager", MANAGER_SHAPE),
    "gitlab-fleet:index:JobTokenAllowlist": schemaOf("allowlist", ALLOWLIST_SHAPE),
    "gitlab-fleet:index:RegistryAccess": schemaOf("registry", REGISTRY_SHAPE),
    "gitlab-fleet:index:ExclusiveScope": schemaOf("exclusiveRunners", EXCLUSIVE_RUNNERS_SHAPE),
};
