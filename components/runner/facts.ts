import type { RunnerFacts } from "../../core/config-toml";
import { isEventual } from "../../core/later";
import { isMap } from "../../core/values";
import type { RunnerArgs } from "./args";

/** What managers that serve a runner warn by. */
export function factsOf({ scope, runUntagged, maximumTimeout, accessLevel }: RunnerArgs): RunnerFacts {
    const shared = scope === "instance" || (isMap(scope) && "group" in scope);
    return {
        shared,
        ...(typeof maximumTimeout === "number" ? { maximumTimeout } : {}),
        ...(isEventual(runUntagged) ? {} : { runUntagged: (runUntagged as boolean | undefined) ?? true }),
        ...(isEventual(accessLevel) ? {} : { accessLevel: (accessLevel as string | undefined) ?? "not_protected" }),
    };
}
