import type { RunnerFacts } from "../../core/config-toml";
import type { ServedFacts } from "../../core/config-toml/types";
import { isEventual } from "../../core/later";
import { isMap } from "../../core/values";
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
