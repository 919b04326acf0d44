import { findSilenceProblems, findWorkerProblems } from "../../core/config-toml";
import { error, firstPlaces, type Problem, unsaid } from "../../core/problems";
import { findReferenceProblems, type Reference, referenceKey } from "../../core/reference";
import { isEventual, memberOf } from "../../core/values";
import { REGISTRY_SHAPE } from "../allowlist/problems";
import { registryRules } from "../allowlist/registry-problems";
import { flag, plainTexts, table, text } from "../common/kinds";
import { mapOf, readArgs, shaped } from "../common/maps";
import { findProblemsAt } from "../common/rule";
import { runnerTypeOf, scopeKey } from "../common/scope";
import { type Kind, needed, plain, type Shape } from "../common/shape";
import { placeOf } from "../exclusive/args";
import { EXCLUSIVE_SHAPE, exclusiveRules } from "../exclusive/problems";
import { MANAGER_SHAPE } from "../manager/problems";
import { RUNNER_SHAPE, runnerRules } from "../runner/problems";
import type { FleetArgs, FleetManagerArgs, FleetRunnerArgs } from "./args";
import { levelOf } from "./level-of";
import { checkManagers, entriesOf, toWorker } from "./manager-problems";

const { workers: _, stateLost: __, placement, ...managerShape } = MANAGER_SHAPE;
const { producer: ___, ...registryShape } = REGISTRY_SHAPE;
const { adopt, rotation, rotateBefore, rotationTrigger, ...settings } = RUNNER_SHAPE;
const life = { adopt, rotation, rotateBefore, rotationTrigger };

/** The kinds of each entry's arguments, by section. */
export const ENTRIES = {
    runners: {
        ...settings,
        config: table(),
        silence: plainTexts,
        ...life,
        renamedFrom: plain(text),
    } satisfies Shape<FleetRunnerArgs>,
    managers: {
        placement,
        runners: needed("the names of the runners it serves, [] for none", plainTexts),
        ...managerShape,
        renamedFrom: plain(text),
    } satisfies Shape<FleetManagerArgs>,
    exclusive: EXCLUSIVE_SHAPE,
    registries: registryShape,
};

export const FLEET_SHAPE: Shape<FleetArgs> = {
    runners: entries(shaped<FleetRunnerArgs>("runner", ENTRIES.runners, placing("runners"))),
    managers: entries(shaped<FleetManagerArgs>("manager", ENTRIES.managers, placing("managers"))),
    exclusive: entries(shaped("exclusive", ENTRIES.exclusive)),
    registries: entries(shaped("registry", ENTRIES.registries)),
    stateLost: plain(flag),
};

function placing(section: "runners" | "managers") {
    const beside = Object.keys(ENTRIES[section]);
    return { placeOf: (key: string, path: string) => levelOf(section, key, path, beside) };
}

function entries<T>(kind: Kind<T>): Kind<Record<string, T>> {
    return plain(mapOf(needed("its arguments: { name: value }", plain(kind))));
}

/** Everything that can be found in a fleet without a request. */
interface FleetCheck {
    /** All errors and warnings, with their paths in the fleet's arguments. */
    problems: Problem[];
    /** Warnings by manager; a runner's warnings are listed for each manager that serves it. */
    warnings: ReadonlyMap<string, readonly Problem[]>;
    /** Path of the arguments: the prefix of a stack's configuration, where each path names the key, or empty. */
    root: string;
}

const checks = new WeakMap<FleetArgs, FleetCheck>();

/** The path of a fleet's arguments, and their shape. */
interface Standing {
    root: string;
    shape: Shape<FleetArgs>;
}

/** Checks a fleet and all its parts, once. */
export function checkFleet(
    args: FleetArgs,
    owner: string,
    { root, shape }: Standing = { root: "", shape: FLEET_SHAPE },
): FleetCheck {
    const known = checks.get(args);
    if (known !== undefined) return known;
    const { value, problems: misshapen } = readArgs(args, shape, root);
    const managers = checkManagers(value, owner, root);
    const found = [
        ...findInRunners(value, owner, memberOf(root, "runners")),
        ...managers.problems,
        ...findInExclusive(value, memberOf(root, "exclusive")),
        ...findInRegistries(value, memberOf(root, "registries")),
    ];
    const problems = [...misshapen, ...unsaid(found, misshapen)];
    const check = { problems, warnings: managers.warnings, root };
    if (typeof args === "object" && args !== null) checks.set(args, check);
    return check;
}

function findInRunners(args: FleetArgs, owner: string, root: string): Problem[] {
    return entriesOf(args.runners).flatMap(([name, runner]) => {
        const path = memberOf(root, name);
        const problems = findProblemsAt(path, "name", runner, runnerRules(name, owner));
        if (!isEventual(runner.silence)) {
            problems.push(...findSilenceProblems(runner.silence, memberOf(path, "silence")));
        }
        const served = entriesOf(args.managers).some(
            ([, { runners }]) => !isEventual(runners) && runners.includes(name),
        );
        if (served || runner.config === undefined) return problems;
        // No manager serves it yet, but its keys are checked all the same.
        return [...problems, ...findWorkerProblems(toWorker(name, runner), memberOf(path, "config"))];
    });
}

function findInExclusive({ exclusive }: FleetArgs, root: string): Problem[] {
    const earlier = firstPlaces();
    return entriesOf(exclusive).flatMap(([name, args]) => {
        const path = memberOf(root, name);
        const where = memberOf(path, "scope");
        const problems = findProblemsAt(path, "name", args, exclusiveRules(name));
        if (isEventual(args.scope)) return problems;
        const scope = placeOf(args.scope);
        const key = scopeKey(scope);
        const other = key === undefined ? undefined : earlier(key, where);
        if (other === undefined) return problems;
        const what = runnerTypeOf(scope).replace("_type", "");
        return [error(where, `is also ${other}. Merge the two entries: a ${what} has one.`), ...problems];
    });
}

function findInRegistries({ registries }: FleetArgs, root: string): Problem[] {
    const earlier = firstPlaces();
    return entriesOf(registries).flatMap(([producer, access]) => {
        const path = memberOf(root, producer);
        const problems = [
            ...findReferenceProblems("project", producer, path),
            ...findProblemsAt(path, "producer", { ...access, producer }, registryRules()),
        ];
        const other = earlier(referenceKey(producer as Reference), path);
        if (other !== undefined) problems.push(error(path, `is the same project as ${other}. Merge the two entries.`));
        return problems;
    });
}
