import type * as pulumi from "@pulumi/pulumi";
import { perProgram } from "../common/per-program";
import { maySharePlace, type RunnerScope } from "../common/scope";

/** A runner, as far as those have to know it who look for others in its scope. */
type Declared = pulumi.Resource & { name: string; scope: RunnerScope };

const runners = perProgram(() => [] as Declared[]);

export function noteRunner(runner: Declared): void {
    runners().push(runner);
}

/** The program's runners that may be in a scope, besides those that are listed there, once its first turn is over. */
export async function othersIn(scope: RunnerScope, listed: readonly Declared[]): Promise<pulumi.Resource[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return runners().filter((runner) => !listed.includes(runner) && maySharePlace(scope, runner.scope));
}
