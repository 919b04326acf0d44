import { Command } from "commander";
import { readProject, shortName } from "../../components/fleet/config/stack-files";
import { messageOf } from "../../core/message";
import { asText } from "../../core/values";
import { GitLab } from "../../gitlab/client";
import { toGitLabConfig } from "../../gitlab/config";
import { isAnswered } from "../../gitlab/errors";
import { Failed, Findings } from "../exit";
import { closing, openGitLab } from "../gitlab";
import type { Io } from "../io";
import { renderMarkdown } from "../report/markdown";
import type { Preview } from "../report/preview";
import type { Message, Report } from "../report/summary";
import { presentText } from "../validate/present";
import { validateStacks } from "../validate/stacks";
import { NO_DRIFT, syncIssue } from "./issues";
import { findMissingFile, type Job, type JobOptions, readJob, requireAccess } from "./job";
import { clearAfterCrash, describeLocks, findLocks } from "./locks";
import { look, tellReport, unseen, writeReport } from "./look";
import { hashOfChanges, type Marker } from "./marker";
import { syncNote } from "./notes";
import { whyOutdated } from "./outdated";
import { ADVISORY, adviceFlags, policyFlags } from "./policies";
import { pulumiIn, type RunPulumi } from "./pulumi";
import { findReviewed } from "./reviewed";
import { isTouched } from "./touched";
import { meantAddresses, whyUnsafe } from "./unsafe";
import { findVersionGaps } from "./versions";

/** `gitlab-fleet pipeline`: the commands that the jobs of ci/fleet.yml and of the component run. */
export function pipelineCommand(io: Io): Command {
    const command = new Command("pipeline");
    const add = (name: string, description: string, run: (job: Job, options: UpOptions) => Promise<void>) =>
        command
            .command(name)
            .description(description)
            .option("--stack <name>", "the stack. Default: FLEET_STACK")
            .option("--project <folder>", "folder of Pulumi.yaml", ".")
            .option("--output <folder>", "folder for the reports", "fleet-report")
            .action((options: JobOptions & UpOptions) => run(readJob(io, options), options));
    const addJudged = (...given: Parameters<typeof add>) =>
        add(...given).option(
            "--policies <choice>",
            "advisory, off, or a file of levels and exemptions. Default: FLEET_POLICIES, else advisory",
        );
    addJudged("preview", "In a merge request: write the report, and a note with it", (job) => runPreview(io, job));
    addJudged("up", "On the default branch: clean up after a killed job, preview, apply", (job, options) =>
        runUp(io, job, options),
    ).option("--only-reviewed", "apply only what the merge request's preview showed");
    add("drift", "On a schedule: keep an issue open while there is drift", (job) => runDrift(io, job));
    command.addHelpText(
        "after",
        "\nExit codes: 0 done, 1 Pulumi failed, 2 wrong usage or an error, 3 the pipeline lacks what a preview needs." +
            "\nNotes and issues are written with FLEET_NOTES_TOKEN, if it is set. See docs/pipelines.md",
    );
    return command;
}

interface UpOptions {
    onlyReviewed?: boolean;
}

async function runPreview(io: Io, job: Job): Promise<void> {
    try {
        requireAccess(io, job);
    } catch (error) {
        // Reports what can be found without a secret.
        const validated = validateStacks(job.folder, shortName(job.stack), job.folder);
        io.out(presentText(validated, io.style));
        if (validated.problems.some(({ severity }) => severity === "error")) io.err(`${messageOf(error)}\n`);
        else throw error;
        throw new Findings();
    }
    const report = isTouched(job, io.env) ? await lookJudged(io, job) : lookAway(io, job);
    const { projectId, mergeRequest } = job;
    if (projectId !== undefined && mergeRequest !== undefined) {
        const body = renderMarkdown(report, {
            link: job.artifacts,
            commit: job.head,
        });
        // Warnings alone are left to Code Quality: a fleet of twenty stacks would get twenty notes about old warnings.
        const worthANote = report.outcome !== "unchanged";
        const marker = markerOf(job, "preview", report);
        await tell(io, job, (gitlab) => syncNote(gitlab, { projectId, mergeRequest }, marker, { body, worthANote }));
    }
    if (report.outcome === "failed") throw new Findings();
}

async function lookJudged(io: Io, job: Job): Promise<Report> {
    const pulumi = pulumiIn(io, job.folder);
    const why = await whyUnsafe(io, pulumi, job);
    if (why !== undefined) return tellReport(io, job, unseen(why));
    return tellReport(io, job, await look(io, pulumi, job, await policyFlags(io, pulumi, job.policies, job.folder)));
}

function lookAway(io: Io, job: Job): Report {
    io.out(`Fleet ${job.stack}: the merge request changes files of other stacks alone, so nothing changes here.\n`);
    return writeReport(io, job, unseen());
}

/** Runs Pulumi for a job that has all it needs, and a stack's file that is safe to run with its access. */
async function pulumiFor(io: Io, job: Job): Promise<RunPulumi> {
    requireAccess(io, job);
    const missing = findMissingFile(job);
    if (missing !== undefined) throw new Failed(missing);
    const pulumi = pulumiIn(io, job.folder);
    const why = await whyUnsafe(io, pulumi, job);
    if (why !== undefined) throw new Failed(why);
    return pulumi;
}

async function runUp(io: Io, job: Job, { onlyReviewed = false }: UpOptions): Promise<void> {
    const pulumi = await pulumiFor(io, job);
    const outdated = await whyOutdated(pulumi, job.stack, job.pipelineId);
    await clearAfterCrash(io, pulumi, job.stack);
    const policies = await policyFlags(io, pulumi, job.policies, job.folder);
    const { report, gaps } = await lookWithGaps(io, pulumi, job, policies);
    if (report.outcome === "failed") throw new Findings();
    if (report.outcome === "changes") {
        if (outdated !== undefined) io.err(`${outdated}\n`);
        await compareWithReviewed(io, job, report, onlyReviewed);
    }
    // `up` runs even if nothing changes: unlike a preview, it looks at hosts and engines. Advice was given with the
    // report, but the levels of a file also apply to what is only known now.
    await apply(io, pulumi, job, job.policies === ADVISORY ? [] : policies);
    // A gap that `up` cannot close is still there.
    if (gaps.length === 0) await closeDrift(io, job, report);
}

async function apply(io: Io, pulumi: RunPulumi, { stack }: Job, policies: readonly string[]): Promise<void> {
    // The report has said what will happen; the log only shows what does.
    const quiet = ["--suppress-progress", "--suppress-outputs"];
    const run = ["up", "--yes", "--skip-preview", ...quiet, ...policies, "--stack", stack];
    const { code, stdout, stderr } = await pulumi(run, { live: true });
    // Somebody started an update after our check.
    const locks = code === 0 ? [] : findLocks(`${stdout}\n${stderr}`);
    if (locks.length > 0) throw new Failed(`${describeLocks(stack, locks, io.now())} Nothing was applied.`);
    if (code !== 0)
        throw new Failed(
            `pulumi up ended with code ${code}. What it had done by then is in the state; run the job again.`,
        );
}

/** Says if `up` is about to do something else than the merge request's preview showed. */
async function compareWithReviewed(io: Io, job: Job, report: Report, onlyReviewed: boolean): Promise<void> {
    const { projectId, commit } = job;
    const refuse = (why: string) => {
        if (onlyReviewed)
            throw new Failed(`${why} Nothing is applied: --only-reviewed. Review it in a merge request of its own.`);
        io.err(`${why}\n`);
    };
    if (projectId === undefined || commit === undefined || job.notesToken === undefined) {
        if (onlyReviewed) refuse("What was reviewed cannot be read without FLEET_NOTES_TOKEN.");
        return;
    }
    const marker = markerOf(job, "preview", report);
    try {
        const reviewed = await withNotes(job, (gitlab) => findReviewed(gitlab, projectId, commit, marker));
        if (reviewed === undefined) refuse("No merge request of this commit has a preview of this stack.");
        else if (!reviewed.isLast) refuse(`Something was pushed to !${reviewed.mergeRequest} after its last preview.`);
        else if (reviewed.changes !== marker.changes)
            refuse(
                `This is not what the preview in !${reviewed.mergeRequest} said: the branch, GitLab or the version of gitlab-fleet is another one by now.`,
            );
        else io.out(`This is what the preview in !${reviewed.mergeRequest} said.\n`);
    } catch (error) {
        if (error instanceof Failed) throw error;
        refuse(`What was reviewed cannot be read: ${messageOf(error)}`);
    }
}

async function closeDrift(io: Io, job: Job, report: Report): Promise<void> {
    const { projectId } = job;
    if (projectId === undefined) return;
    await tell(io, job, async (gitlab) => {
        const said = await syncIssue(gitlab, projectId, markerOf(job, "drift", report), undefined);
        return said === NO_DRIFT ? "" : said;
    });
}

async function runDrift(io: Io, job: Job): Promise<void> {
    const pulumi = await pulumiFor(io, job);
    // Advice is only for Code Quality, with which merge requests are compared: findings of policies are not drift.
    const { report, gaps } = await lookWithGaps(io, pulumi, job, await adviceFlags(io, pulumi, job));
    const { projectId } = job;
    if (projectId !== undefined) {
        const words = {
            failed: "cannot be previewed",
            changes: "has drifted",
            unchanged: "has drifted from GitLab's version",
        };
        const title = `Fleet ${job.stack} ${words[report.outcome]}`;
        const isWell = report.outcome === "unchanged" && gaps.length === 0;
        const drift = isWell
            ? undefined
            : { title, body: renderMarkdown({ ...report, policies: [] }, { link: job.artifacts }) };
        await tell(io, job, (gitlab) => syncIssue(gitlab, projectId, markerOf(job, "drift", report), drift));
    }
    if (report.outcome === "failed") throw new Findings();
}

/** The report, with version gaps among its warnings. */
async function lookWithGaps(
    io: Io,
    pulumi: RunPulumi,
    job: Job,
    policies: readonly string[],
): Promise<{ report: Report; gaps: Message[] }> {
    const preview = await look(io, pulumi, job, policies);
    const gaps = await findGaps(io, job, preview);
    return { report: tellReport(io, job, preview, gaps), gaps };
}

/** Managers whose version does not fit GitLab's. A failure of this check does not end the job. */
async function findGaps(io: Io, { stack, folder }: Job, preview: Preview): Promise<Message[]> {
    try {
        const asked = openGitLab(io, { stack, stackFolder: folder, only: meantAddresses(io.env) });
        return await closing(asked, async (gitlab) => (gitlab ? findVersionGaps(gitlab, preview) : []));
    } catch (error) {
        io.err(`Versions of managers could not be compared: ${messageOf(error)}\n`);
        return [];
    }
}

function markerOf({ folder, stack, pipelineId, head }: Job, kind: Marker["kind"], report: Report): Marker {
    const key = `${report.project ?? asText(readProject(folder)?.value.name)}/${stack}`.replace(/[^\w./-]/g, "_");
    return { kind, key, pipeline: pipelineId, commit: head, changes: hashOfChanges(report, kind === "drift") };
}

/** Writes to GitLab if there is a token for it. A failure does not end the job: the report is in the log. */
async function tell(io: Io, job: Job, write: (gitlab: GitLab) => Promise<string>): Promise<void> {
    if (job.notesToken === undefined || job.api === undefined) return;
    try {
        const said = await withNotes(job, write);
        if (said !== "") io.out(`${said}\n`);
    } catch (error) {
        io.err(`GitLab was not told with FLEET_NOTES_TOKEN: ${whyNotTold(error)}\n`);
    }
}

/** The client's own advice is about the stack's token, which this token is not. */
function whyNotTold(error: unknown): string {
    if (!isAnswered(error, 401, 403, 404)) return messageOf(error);
    const { method, path, status, words } = error;
    return (
        `GitLab refused ${method} ${path} (${status}): ${words.replace(/[.!]?$/, ".")} ` +
        "It must be an access token of this project, of scope api and role Reporter, that has not expired."
    );
}

/** Calls a function with GitLab, logged in for notes and issues. */
async function withNotes<T>({ api, notesToken }: Job, run: (gitlab: GitLab) => Promise<T>): Promise<T> {
    const { config, problems } = toGitLabConfig({ baseUrl: api ?? "", token: notesToken ?? "" }, {});
    if (problems.length > 0) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join(" "));
    return closing(new GitLab(config), run);
}
