import { REGISTRY_SHAPE } from "../allowlist/problems";
import { anything, flag, type Kind, listOf, mapOf, needed, plain, type Shape, shaped, text } from "../common/shape";
import { EXCLUSIVE_SHAPE } from "../exclusive/problems";
import { MANAGER_SHAPE } from "../manager/problems";
import { RUNNER_SHAPE } from "../runner/problems";
import type { FleetArgs, FleetManagerArgs, FleetRunnerArgs } from "./args";

const { workers: _, ...managerShape } = MANAGER_SHAPE;
const { producer: __, ...registryShape } = REGISTRY_SHAPE;

const runner = shaped<FleetRunnerArgs>({
    ...RUNNER_SHAPE,
    config: anything,
    silence: listOf(text),
    renamedFrom: text,
});

const manager = shaped<FleetManagerArgs>({
    ...managerShape,
    runners: needed("the names of the runners it serves, [] for none", plain(listOf(text))),
    renamedFrom: text,
});

/** The kinds of a fleet's arguments. */
export const FLEET_SHAPE: Shape<FleetArgs> = {
    runners: entries(runner),
    managers: entries(manager),
    exclusive: entries(shaped(EXCLUSIVE_SHAPE)),
    registries: entries(shaped(registryShape)),
    stateLost: flag,
};

function entries(kind: Kind): Kind {
    return plain(mapOf(needed("its arguments: { name: value }", plain(kind))));
}
