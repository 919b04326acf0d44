import { error, firstPlaces, type Problem } from "../../core/problems";
import { type Reference, type ReferenceKind, referenceKey } from "../../core/reference";
import { isEventual, isKnownLater, isOutput, memberOf, show } from "../../core/values";
import { choice, flag, reference } from "../common/kinds";
import { shaped } from "../common/maps";
import type { Rule } from "../common/rule";
import { kindOf, listOf, needed, plain, referring, type Shape } from "../common/shape";
import {
    type AllowedJobs,
    type JobTokenAllowlistArgs,
    type MembershipGrant,
    MODES,
    ON_DESTROY,
    type RegistryAccessArgs,
    ROLES,
} from "./args";
import { ALLOWLIST_LIMITS } from "./compact";
import { findPolicyProblems, policies } from "./policies";

interface AllowedEntries {
    projects?: readonly Reference[];
    groups?: readonly Reference[];
}

/** An example for messages. */
const EXAMPLE = "{ projects: [<path or id>], groups: [<path or id>] }";
const projects = plain(listOf(reference("project")));
const groups = plain(listOf(reference("group")));
const ALLOWED = referring(
    needed(EXAMPLE, plain(shaped<AllowedJobs>("consumers", { projects, groups }, { example: EXAMPLE }))),
);

const project = needed("a project's full path such as group/project, or its id", reference("project"));

const OPTIONS = {
    mode: choice(MODES),
    enabled: flag,
    compact: plain(flag),
    onDestroy: choice(ON_DESTROY),
    policies: plain(policies, true),
};

const grant = shaped<MembershipGrant>(
    "grant",
    {
        group: needed("a group's full path or its id", reference("group")),
        role: choice(ROLES, "A smaller role cannot pull private images."),
    },
    { example: "{ group: apps/web, role: reporter }" },
);
const grants = listOf(plain(grant));

export const ALLOWLIST_SHAPE: Shape<JobTokenAllowlistArgs> = { project, allow: ALLOWED, ...OPTIONS };

export const REGISTRY_SHAPE: Shape<RegistryAccessArgs> = {
    producer: project,
    consumers: ALLOWED,
    ...OPTIONS,
    grantMembership: referring(
        plain(
            kindOf((value, path) => (Array.isArray(value) ? grants : grant)(value, path), {
                anyOf: [grant.schema!, grants.schema!],
            }),
        ),
    ),
    checkMembership: plain(flag),
};

/** Rules for what GitLab would refuse, beyond single arguments. `names` are the argument names that the user sees. */
export function jobTokenRules(names = { project: "project", allow: "allow" }): Rule<JobTokenAllowlistArgs>[] {
    const { project: projectName, allow: allowName } = names;
    return [
        {
            needs: ["allow", "mode", "compact"],
            find: ({ allow, mode, compact }) => [
                ...findRepeated(allow.projects, memberOf(allowName, "projects")),
                ...findRepeated(allow.groups, memberOf(allowName, "groups")),
                ...(compact === true ? [] : findExcess(allow, allowName, mode)),
            ],
        },
        {
            needs: ["project", "allow"],
            find: ({ project, allow }) =>
                findOwnProject(project, allow.projects ?? [], projectName, memberOf(allowName, "projects")),
        },
        { needs: ["mode", "enabled"], find: ({ mode, enabled }) => findEnabledProblems(mode, enabled) },
        { needs: ["mode", "compact"], find: ({ mode, compact }) => findCompactProblems(mode, compact) },
        { needs: ["mode", "onDestroy"], find: ({ mode, onDestroy }) => findDestroyProblems(mode, onDestroy) },
        {
            needs: ["allow", "policies", "compact"],
            passesOutputs: true,
            find: ({ allow, policies, compact }) => {
                const entries = [allow.projects, allow.groups].flatMap((list) => list ?? []) as Reference[];
                // An encrypted entry may be any entry.
                if (entries.some((entry) => isKnownLater(entry) && !isOutput(entry))) return [];
                return findPolicyProblems(
                    policies,
                    entries.filter((entry) => !isEventual(entry)),
                    compact === true,
                );
            },
        },
    ];
}

function findRepeated(entries: readonly Reference[] = [], path: string): Problem[] {
    const earlier = firstPlaces();
    return entries.flatMap((entry, index) => {
        const where = memberOf(path, index);
        const first = earlier(referenceKey(entry), where);
        const text = `repeats ${first} (got ${show(entry)}). Remove one of them.`;
        return first === undefined ? [] : [error(where, text)];
    });
}

function findExcess(allow: AllowedEntries, path: string, mode: string | undefined): Problem[] {
    const find = (kind: "projects" | "groups", remedy: string) => {
        const [got, most] = [allow[kind]?.length ?? 0, ALLOWLIST_LIMITS[kind]];
        if (got <= most) return [];
        const message = `must have at most ${most} entries, GitLab's limit (got ${got}). ${remedy}`;
        // After GitLab has been asked, the error shows what folding would do.
        return [{ ...error(memberOf(path, kind), message), later: mode !== "additive" }];
    };
    return [
        ...find("projects", "Allow a group in place of its projects."),
        ...find("groups", "Allow a parent group in place of its groups."),
    ];
}

function findOwnProject(
    project: Reference,
    allowed: readonly Reference[],
    projectName: string,
    path: string,
): Problem[] {
    return allowed.flatMap((entry, index) =>
        referenceKey(entry) === referenceKey(project)
            ? [
                  error(
                      memberOf(path, index),
                      `is the ${projectName} itself (got ${show(entry)}). Remove it: a project's own jobs always have access.`,
                  ),
              ]
            : [],
    );
}

function findEnabledProblems(mode: string | undefined, enabled: boolean | undefined): Problem[] {
    if (mode !== "additive" || enabled === undefined) return [];
    const message = `belongs to mode exclusive; mode additive leaves the project's switch alone (got ${show(enabled)}). Remove it, or set mode to exclusive.`;
    return [error("enabled", message)];
}

/** Finds problems that only show once paths are ids: a project in its own list, or one entry written twice. */
export function findResolvedProblems(project: number, ids: readonly number[], kind: ReferenceKind): Problem[] {
    const path = memberOf("allow", `${kind}s`);
    const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
    if (repeated !== undefined) {
        return [
            error(path, `names one ${kind} twice, by its path and by its id (got id ${repeated}). Remove one of them.`),
        ];
    }
    if (kind === "group" || !ids.includes(project)) return [];
    return [
        error(path, `has the project itself (got id ${project}). Remove it: a project's own jobs always have access.`),
    ];
}

function findCompactProblems(mode: unknown, compact: unknown): Problem[] {
    if (compact !== true || mode !== "additive") return [];
    const message =
        "belongs to mode exclusive; mode additive does not know the whole list (got true). Remove it, or set mode to exclusive.";
    return [error("compact", message)];
}

function findDestroyProblems(mode: unknown, onDestroy: unknown): Problem[] {
    if (onDestroy === undefined || mode !== "additive") return [];
    const message = `belongs to mode exclusive; mode additive takes its own entries away (got ${show(onDestroy)}). Remove it.`;
    return [error("onDestroy", message)];
}
