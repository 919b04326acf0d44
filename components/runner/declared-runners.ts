import * as pulumi from "@pulumi/pulumi";
import { perProgram } from "../common/per-program";
import { maySharePlace, type RunnerScope } from "../common/scope";
import type { Runner } from "./runner";

const declared = perProgram(() => ({ runners: [] as Runner[], closed: [] as RunnerScope[] }));

/** Notes a runner of this program, so that no `ExclusiveRunners` of this program takes it for an orphan. */
export function declareRunner(runner: Runner): void {
    const { runners, closed } = declared();
    if (runners.some((other) => other.name === runner.name)) {
        throw new pulumi.ResourceError(
            `Runner "${runner.name}": name is taken by another runner of this program. ` +
                "Rename one: the name is in the marker by which the program knows its runners again.",
            runner,
            true,
        );
    }
    if (closed.some((scope) => maySharePlace(scope, runner.scope))) {
        throw new pulumi.ResourceError(
            `Runner "${runner.name}": scope was already made exclusive, so the runner would be removed as an orphan. ` +
                "Declare it in the same turn of the program as the fleet, not after an await or inside an apply.",
            runner,
            true,
        );
    }
    runners.push(runner);
}

/** Every runner of this program that may be in a scope, by name, once the program's first turn is over. */
export async function listDeclaredRunners(scope: RunnerScope): Promise<Record<string, pulumi.Output<string>>> {
    // Runners may be declared after the fleet that makes their scope exclusive.
    await new Promise((resolve) => setImmediate(resolve));
    const { runners, closed } = declared();
    closed.push(scope);
    return Object.fromEntries(
        runners
            .filter((runner) => maySharePlace(scope, runner.scope))
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .map((runner) => [runner.name, runner.id.apply(String)]),
    );
}
