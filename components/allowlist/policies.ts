import type * as fleet from "@gitlab-fleet/sdk";
import { error, type Problem } from "../../core/problems";
import { type Reference, referenceKey } from "../../core/reference";
import { didYouMean } from "../../core/suggest";
import { asText, isKnownLater, isMap, memberOf, show } from "../../core/values";
import { judged } from "../common/shape";

/** A fine-grained permission of a job token, as GitLab's GraphQL API spells it: `READ_PACKAGES`. */
export type JobTokenPolicy = fleet.JobTokenPolicy;

/**
 * The permissions that `pull` stands for: reading packages, and nothing else that permissions govern. Images need no
 * permission: GitLab's permissions do not govern the container registry, so every entry of the list may pull images.
 */
export const PULL_POLICIES: readonly JobTokenPolicy[] = ["READ_PACKAGES"];

/**
 * Fine-grained permissions: `pull` for all entries, or a map from an entry, written as in `allow`, to `pull` or to a
 * list of permissions. Entries that are not in the map have default permissions.
 */
export type AllowlistPolicies = "pull" | Record<string, "pull" | JobTokenPolicy[]>;

/** An entry as it was written, with its id. */
export interface PolicyTarget {
    reference: Reference | undefined;
    kind: "project" | "group";
    id: number;
}

export function toPolicyEntries(policies: AllowlistPolicies, targets: readonly PolicyTarget[]) {
    const named = Object.entries(policies === "pull" ? {} : policies);
    const table = new Map(named.map(([key, value]) => [referenceKey(key), value]));
    return targets.flatMap(({ reference, kind, id }) => {
        const given = policies === "pull" ? policies : table.get(referenceKey(reference ?? ""));
        if (given === undefined) return [];
        const names = [...(given === "pull" ? PULL_POLICIES : given)].sort();
        return [kind === "group" ? { targetGroupId: id, policies: names } : { targetProjectId: id, policies: names }];
    });
}

const WANTED = "Give pull, or a map from an entry of the list to pull or to names such as READ_PACKAGES.";
const PULL = { type: "string", const: "pull" };

/** The kind of the `policies` argument. */
export const policies = judged<AllowlistPolicies>(
    {
        anyOf: [
            PULL,
            { type: "object", additionalProperties: { anyOf: [PULL, { type: "array", items: { type: "string" } }] } },
        ],
    },
    (value, path) => {
        if (value === "pull") return [];
        if (!isMap(value)) {
            const meant = typeof value === "string" ? didYouMean(value, ["pull"]) : "";
            return [error(path, `must be a map or pull (got ${show(value)}).${meant} ${WANTED}`)];
        }
        return Object.entries(value).flatMap(([entry, names]) => {
            if (names === "pull" || isKnownLater(names)) return [];
            const at = memberOf(path, entry);
            if (!Array.isArray(names))
                return [error(at, `must be pull or a list of GitLab's permissions (got ${show(names)}). ${WANTED}`)];
            return [...names].flatMap((name, index) => {
                const text = `must be one of GitLab's permissions, such as READ_PACKAGES (got ${show(name)}). Correct it.`;
                return isPolicy(name) ? [] : [error(memberOf(at, index), text)];
            });
        });
    },
);

function isPolicy(name: unknown): boolean {
    return isKnownLater(name) || /^(READ|ADMIN)_[A-Z_]+$/.test(asText(name));
}

/** Finds policies for entries that are not in the list, or that may be folded away. `entries` are the known entries. */
export function findPolicyProblems(policies: unknown, entries: readonly Reference[], compact: boolean): Problem[] {
    if (!isMap(policies)) return [];
    const known = new Set(entries.map(referenceKey));
    const problems = Object.keys(policies).flatMap((entry) => {
        if (known.has(referenceKey(entry))) return [];
        const remedy = didYouMean(entry, entries.map(String)) || " Write it as it is written in the list.";
        return [error(memberOf("policies", entry), `is not an entry of the list (got ${show(entry)}).${remedy}`)];
    });
    if (compact) {
        const message =
            "cannot name entries where compact may fold them into groups (got a map). Use pull, or remove compact.";
        problems.push(error("policies", message));
    }
    return problems;
}
