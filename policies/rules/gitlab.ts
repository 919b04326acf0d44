import { show } from "../../core/values";
import { type Finding, type Rule, rule } from "./rule";

/** Policies about what is declared in GitLab. */
export const GITLAB_RULES: readonly Rule[] = [
    rule({
        name: "protected-untagged",
        level: "advisory",
        about: "runner",
        title: "No protected runner takes untagged jobs.",
        reason: "Jobs that nobody meant for it run where deployments and their secrets are.",
        fix: "`runUntagged: false`, and tags that only the jobs have that are meant for it.",
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
        title: "No job-token allowlist is switched off.",
        reason: "The jobs of every project of the instance may reach the project with their token, as their users' rights allow.",
        fix: "Leave `enabled` out, and name who may.",
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
        title: "No job-token allowlist holds a whole company.",
        reason: "A group at the top has every project below it, those that are made tomorrow, too: one of them that is taken over is enough.",
        fix: "Name the groups below it, or the projects, whose jobs need it.",
        find: ({ name, groups }) =>
            groups.filter(isTop).map((group) => ({
                names: [name],
                path: "groups",
                message: `holds ${show(group)}, a group at the top: jobs of every project below it may reach this one.`,
            })),
    }),
    rule({
        name: "foreign-delete-without-limit",
        level: "advisory",
        about: "scope",
        title: "`foreign: delete` names a limit.",
        reason: "A claim that is too wide deletes 50 runners of others before it is stopped, and a deleted runner's token is gone.",
        fix: "`limit:` with the number that you expect; `foreign: report` tells it.",
        find: ({ name, foreign, limit }) =>
            foundWhere(foreign === "delete" && limit === undefined, {
                names: [name],
                path: "limit",
                message: "is missing beside foreign: delete: one up may delete 50 runners of others.",
            }),
    }),
    rule({
        name: "plain-text-token",
        level: "mandatory",
        about: "open",
        title: "No token stands in the open.",
        reason: "Whoever reads the stack's file, its history or the state has it.",
        fix: "`pulumi config set --secret …`, or `pulumi.secret(…)` in a program; then replace the token where it was issued.",
        find: (texts) => texts.map(({ name, ...found }) => ({ names: [name], ...found })),
    }),
];

function foundWhere(isFound: boolean, finding: Finding): Finding[] {
    return isFound ? [finding] : [];
}

/** A path of one part. */
function isTop(group: string): boolean {
    return !group.replace(/^\/|\/$/g, "").includes("/");
}
