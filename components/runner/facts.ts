import type { RunnerFacts } from "../../core/config-toml";
import type { ServedFacts } from "../../core/config-toml/types";
import { isEventual, isMap } from "../../core/values";
import type { RunnerArgs } from "./args";

/** What managers that serve a runner warn by. */
export function factsOf({ scope, runUntagged, maximumTimeout }: RunnerArgs): RunnerFacts {
    const shared = scope === "instance" || (isMap(scope) && "group" in scope);
    return {
        shared,
        ...(typeof maximumTimeout === "number" ? { maximumTimeout } : {}),
        ...(isEventual(runUntagged) ? {} : { runUntagged: (runUntagged as boolean | undefined) ?? true }),
    };
}

/** What policies judge a runner's workers by. Apart from the facts, by which a manager's state knows whether it is to be looked at again. */
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

/** Why, in other languages than TypeScript, a runner and the manager of such a runner are declared together. */
export const NEEDS_FLEET =
    "outside of TypeScript the two only know each other where both are in one Fleet. Declare them there.";
