import { Command } from "commander";
import { parseId } from "../../core/id";
import type { GitLab } from "../../gitlab/client";
import { roughly } from "../../gitlab/clock";
import { pathOfGroup, pathOfProject } from "../../gitlab/namespaces";
import { type AuditScope, auditRunners } from "../../gitlab/runner-audit";
import { Failed, Findings } from "../exit";
import { writePage } from "../files";
import { type GitLabOptions, withGitLab, withLoginOptions } from "../gitlab";
import type { Io } from "../io";
import { toCount, toReference } from "../options";
import { readKnownRunners, STACK, STATE, type StateOptions } from "../states";
import { Audit, needsAttention } from "./classify";
import { renderAuditPage } from "./page";
import { type AuditReport, presentAudit, toJson } from "./present";

interface Options extends Omit<GitLabOptions, "stack">, StateOptions {
    group?: string;
    project?: string;
    instance?: boolean;
    managers: number;
    all?: boolean;
    json?: boolean;
    html?: string;
}

/** `gitlab-fleet audit`: classifies every runner of a scope. */
export function auditCommand(io: Io): Command {
    return withLoginOptions(
        new Command("audit")
            .description(
                "Count and list the runners of a scope: ours, foreign, duplicate, stale, never contacted.\n" +
                    "Without a scope: all runners that the token's user may manage.\n" +
                    "Exit code 1 if a runner needs attention.",
            )
            .optionsGroup("Scope:")
            .option("--group <path>", "the group, its subgroups and their projects", toReference("group"))
            .option("--project <path>", "one project", toReference("project"))
            .option("--instance", "the whole instance (administrators)")
            .optionsGroup("What is ours:")
            .addOption(STATE)
            .addOption(STACK)
            .option("--all-stacks", "export the states of all stacks in the backend now")
            .optionsGroup("Listing:")
            .option("--managers <count>", "expected maximum of managers per runner", toCount, 1)
            .option("--all", "list all runners, not only those that need attention")
            .option("--html <file>", "also write a page with a sortable table")
            .option("--json", "print JSON")
            .action((options: Options) => withGitLab(io, options, (gitlab) => run(io, gitlab, options))),
    );
}

async function run(io: Io, gitlab: GitLab, options: Options): Promise<void> {
    const scope = await withPath(gitlab, toScope(options));
    const known = await readKnownRunners(io, options);
    const audit = new Audit({ known, managers: options.managers });
    let total: number | undefined;
    for await (const page of auditRunners(gitlab, scope)) {
        total ??= page.total;
        audit.add(page.runners);
        io.progress.say(`Reading runners: ${audit.size}${total === undefined ? "" : ` of ${total}`}`);
    }
    const clock = gitlab.clock();
    if (clock.doubt !== undefined) io.err(`${clock.doubt}\n`);
    const report: AuditReport = { scope: nameOf(scope), time: roughly(clock), ...audit.finish() };
    if (options.html !== undefined) {
        writePage(options.html, renderAuditPage(report));
        if (!options.json) io.err(`Written: ${options.html}\n`);
    }
    if (options.json) io.json(toJson(report));
    else presentAudit(io, report, options.all === true);
    if (report.rows.some(needsAttention)) throw new Findings();
}

function toScope({ group, project, instance }: Options): AuditScope {
    const given = [group !== undefined, project !== undefined, instance === true].filter(Boolean).length;
    if (given > 1) throw new Failed("One scope at a time: --group, --project or --instance.");
    if (group !== undefined) return { kind: "group", path: group };
    if (project !== undefined) return { kind: "project", path: project };
    return instance ? { kind: "instance" } : { kind: "manageable" };
}

/** GraphQL finds groups and projects only by path. */
async function withPath(gitlab: GitLab, scope: AuditScope): Promise<AuditScope> {
    const id = "path" in scope ? parseId(scope.path) : undefined;
    if (!("path" in scope) || id === undefined) return scope;
    return { ...scope, path: await (scope.kind === "group" ? pathOfGroup : pathOfProject)(gitlab, id) };
}

function nameOf(scope: AuditScope): string {
    if ("path" in scope) return `${scope.kind} ${scope.path}`;
    return scope.kind === "instance" ? "the instance" : "the token's user";
}
