import { show } from "../../core/values";
import { type Finding, type Rule, rule } from "./rule";

/** Policies about what is declared in GitLab. */
export const GITLAB_RULES: readonly Rule[] = [
    rule({
        name: "protected-untagged",
        level: "advisory",
        about: "runner",
        title: "No protected runner takes untagged jobs.",
        reason: "Jobs that were not meant for the runner run where deployments and their secrets are.",
        fix: "Set `runUntagged: false`, and give the runner tags that only its jobs use.",
        find: ({ name, runUntagged, accessLevel }) =>
            foundWhere(accessLevel === "ref_protected" && runUntagged === true, {
                names: [name],
                path: "runUntagged",
                message: "is true on a ref_protected runner: every untagged job of a protected branch runs on it.",
            }),
    }),
    rule({
        name: "allowlist-off",
        level: "mandatory",
        about: "list",
        title: "No job-token allowlist is turned off.",
        reason: "Jobs of every project on the instance may reach the project with their token, as far as their users' rights allow.",
        fix: "Remove `enabled`, and list who needs access.",
        find: ({ name, enabled }) =>
            foundWhere(enabled === false, {
                names: [name],
                path: "enabled",
                message: "is false: jobs of every project may reach this one.",
            }),
    }),
    rule({
        name: "allowlist-top-level-group",
        level: "advisory",
        about: "list",
        title: "No job-token allowlist contains a top-level group.",
        reason: "It lets in every project below it, including future ones: a single compromised project is enough for an attack.",
        fix: "List only the subgroups or projects whose jobs need access.",
        find: ({ name, groups }) =>
            groups.filter(isTop).map((group) => ({
                names: [name],
                path: "groups",
                message: `holds ${show(group)}, a top-level group: jobs of every project below it may reach this one.`,
            })),
    }),
    rule({
        name: "foreign-delete-without-limit",
        level: "advisory",
        about: "scope",
        title: "`foreign: delete` has a `limit`.",
        reason: "A claim that is too wide can delete up to 50 runners of others, and a deleted runner's token is gone.",
        fix: "Set `limit` to the number that you expect; `foreign: report` shows it.",
        find: ({ name, foreign, limit }) =>
            foundWhere(foreign === "delete" && limit === undefined, {
                names: [name],
                path: "limit",
                message: "is missing next to foreign: delete: one up may delete 50 runners of others.",
            }),
    }),
    rule({
        name: "plain-text-token",
        level: "mandatory",
        about: "open",
        title: "No token is in plain text.",
        reason: "Anybody who can read the stack's file, its history or the state has it.",
        fix: "Use `pulumi config set --secret …`, or `pulumi.secret(…)` in a program. Then replace the token where it was issued.",
        find: (texts) => texts.map(({ name, ...found }) => ({ names: [name], ...found })),
    }),
];

function foundWhere(isFound: boolean, finding: Finding): Finding[] {
    return isFound ? [finding] : [];
}

/** Whether a path has only one part. */
function isTop(group: string): boolean {
    return !group.replace(/^\/|\/$/g, "").includes("/");
}
