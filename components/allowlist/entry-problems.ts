import type { Problem } from "../../core/problems";
import type { Reference } from "../../core/reference";
import { didYouMean } from "../../core/suggest";
import { show, textOf } from "../../core/values";
import { isEventual } from "../common/eventual";
import { error, type Rule } from "../common/rules";
import type { JobTokenAllowlistArgs } from "./allowlist";
import { findPolicyProblems } from "./policies";

/** What happens to the list when it is destroyed. */
export const ON_DESTROY = ["withdraw", "close", "restore"] as const;

/** What can be wrong with the arguments that go beyond the list itself. */
export function allowlistRules(): Rule<JobTokenAllowlistArgs>[] {
    return [
        { needs: ["mode", "compact"], find: ({ mode, compact }) => findCompactProblems(mode, compact) },
        { needs: ["mode", "onDestroy"], find: ({ mode, onDestroy }) => findDestroyProblems(mode, onDestroy) },
        {
            needs: ["allow", "policies", "compact"],
            passesOutputs: true,
            find: ({ allow, policies, compact }) => {
                const entries = [...(allow?.projects ?? []), ...(allow?.groups ?? [])] as Reference[];
                return findPolicyProblems(
                    policies,
                    entries.filter((entry) => !isEventual(entry)),
                    compact === true,
                );
            },
        },
    ];
}

function findCompactProblems(mode: unknown, compact: unknown): Problem[] {
    if (compact === undefined) return [];
    if (typeof compact !== "boolean") {
        return [error("compact", `must be true or false (got ${show(compact)}). Correct the value.`)];
    }
    if (!compact || mode !== "additive") return [];
    return [
        error(
            "compact",
            "belongs to mode exclusive; mode additive does not know the whole list (got true). Remove it, or set mode to exclusive.",
        ),
    ];
}

function findDestroyProblems(mode: unknown, onDestroy: unknown): Problem[] {
    if (onDestroy === undefined) return [];
    if (!(ON_DESTROY as readonly unknown[]).includes(onDestroy)) {
        const remedy = didYouMean(textOf(onDestroy), ON_DESTROY) || " Choose one of them.";
        return [error("onDestroy", `must be one of ${ON_DESTROY.join(", ")} (got ${show(onDestroy)}).${remedy}`)];
    }
    if (mode !== "additive") return [];
    return [
        error(
            "onDestroy",
            `belongs to mode exclusive; mode additive takes its own entries away (got ${show(onDestroy)}). Remove it.`,
        ),
    ];
}
