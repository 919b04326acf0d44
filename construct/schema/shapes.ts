import { ALLOWLIST_SHAPE, REGISTRY_SHAPE } from "../../components/allowlist/problems";
import { shaped } from "../../components/common/maps";
import { EXCLUSIVE_RUNNERS_SHAPE } from "../../components/exclusive/problems";
import { FLEET_SHAPE } from "../../components/fleet/problems";
import { MANAGER_SHAPE } from "../../components/manager/problems";
import { RUNNER_SHAPE } from "../../components/runner/problems";

/** The arguments of each component, by its type. */
export const COMPONENT_SHAPES = {
    "gitlab-fleet:index:Fleet": shaped("fleet", FLEET_SHAPE),
    "gitlab-fleet:index:Runner": shaped("runner", RUNNER_SHAPE),
    "gitlab-fleet:index:RunnerManager": shaped("runnerManager", MANAGER_SHAPE),
    "gitlab-fleet:index:JobTokenAllowlist": shaped("allowlist", ALLOWLIST_SHAPE),
    "gitlab-fleet:index:RegistryAccess": shaped("registry", REGISTRY_SHAPE),
    "gitlab-fleet:index:ExclusiveScope": shaped("exclusiveRunners", EXCLUSIVE_RUNNERS_SHAPE),
};
