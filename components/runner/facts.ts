import type { RunnerFacts } from "../../core/config-toml";
import type { ServedFacts } from "../../core/config-toml/types";
import { isEventual, isMap } from "../../core/values";
import type { RunnerArgs } from "./args";

/** The settings of a runner that warnings of its managers depend on. */
export function factsOf({ scope, runUntagged, maximumTimeout }: RunnerArgs): RunnerFacts {
    const shared = scope === "instance" || (isMap(scope) && "group" in scope);
    return {
        shared,
        ...(typeof maximumTimeout === "number" ? { maximumTimeout } : {}),
        ...(isEventual(runUntagged) ? {} : { runUntagged: (runUntagged as boolean | undefined) ?? true }),
    };
}

/** The settings that policies judge a runner's workers by. The facts decide whether a manager is checked again. */
export function servedFactsOf(args: RunnerArgs): ServedFacts {
    const { accessLevel } = args;
    return {
        ...factsOf(args),
        ...(isEventual(accessLevel) ? {} : { accessLevel: (accessLevel as string | undefined) ?? "not_protected" }),
    };
}

/** Why a second manager cannot serve a runner whose process rotates. */
export const NEEDS_ONE =
    'only the process that rotates knows the new token. Use rotation: "pulumi", or a runner for each manager.';

/** Why, in other languages than TypeScript, such a runner and its manager must be declared in one Fleet. */
export const NEEDS_FLEET =
    "outside of TypeScript the two only know each other where both are in one Fleet. Declare them there.";
