import type * as pulumi from "@pulumi/pulumi";
import { perProgram } from "../common/per-program";
import { maySharePlace, type RunnerScope } from "../common/scope";

/** What the search for other runners in a scope needs to know about a runner. */
type Declared = pulumi.Resource & { name: string; scope: RunnerScope };

const runners = perProgram(() => [] as Declared[]);

export function noteRunner(runner: Declared): void {
    runners().push(runner);
}

/** The program's other runners that may be in a scope, besides `listed`, once the program's first turn is over. */
export async function othersIn(scope: RunnerScope, listed: readonly Declared[]): Promise<pulumi.Resource[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return runners().filter((runner) => !listed.includes(runner) && maySharePlace(scope, runner.scope));
}
