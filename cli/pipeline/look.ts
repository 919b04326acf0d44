import { mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Io } from "../io";
import { toPreview, writeReports } from "../report/command";
import type { Preview, Said } from "../report/preview";
import { stackFileOf } from "../report/stack-file";
import { type Message, type Report, summarize } from "../report/summary";
import { renderText } from "../report/text";
import { findMissingFile, type Job } from "./job";
import { describeLocks, findLocks } from "./locks";
import type { RunPulumi } from "./pulumi";

const PAGE = "report.html";

/**
 * Previews a stack, writes every form of the report, and prints it as text.
 *
 * @param policies flags by which policies judge it
 * @param further finds what else is to be warned of
 */
export async function look(
    io: Io,
    pulumi: RunPulumi,
    job: Job,
    policies: readonly string[],
    further: (preview: Preview) => Promise<Message[]> = async () => [],
): Promise<Report> {
    // Asked before Pulumi runs, which writes a file where there is none.
    const missing = findMissingFile(job);
    const { stdout, stderr, code } = await pulumi(["preview", "--json", ...policies, "--stack", job.stack]);
    const preview = toPreview(
        stdout,
        "What pulumi preview printed",
        stderr || `pulumi preview ended with code ${code}`,
    );
    const error = (text: string): Said => ({ severity: "error", urn: "", lines: [text] });
    const locks = findLocks(stderr);
    if (locks.length > 0) preview.said.unshift(error(describeLocks(job.stack, locks, io.now())));
    else if (code !== 0 && !preview.said.some(({ severity }) => severity === "error"))
        preview.said.push(error(`pulumi preview ended with code ${code}`));
    if (missing !== undefined) preview.said.unshift(error(missing));
    explainToken(io, preview);
    const report = summarize(preview, job.stack);
    // Versions are no fault of a file: Code Quality compares files.
    const codeQuality = { ...report, warnings: [...report.warnings] };
    report.warnings.push(...(await further(preview)));
    leave(io, job, report, codeQuality);
    const rest = relative(resolve(io.env.CI_PROJECT_DIR || "."), join(job.output, PAGE));
    io.out(renderText(report, io.style, io.width, { rest }));
    return report;
}

/** Where GitLab refuses a token, and the advice is to set another one: which of the project's variables that is. */
function explainToken({ env }: Io, { said }: Preview): void {
    const name = ["FLEET_TOKEN_READ", "FLEET_TOKEN"].find((one) => env[one] && env[one] === env.GITLAB_TOKEN);
    if (name === undefined) return;
    for (const { severity, lines } of said) {
        if (severity === "error" && lines.some((line) => line.includes("GITLAB_TOKEN in the environment")))
            lines.push(`In this job GITLAB_TOKEN is the CI/CD variable ${name}.`);
    }
}

/** The report of a stack that is not looked at because of a mistake. */
export function refuseToLook(io: Io, job: Job, why: string): Report {
    const report = reportUnseen(io, job, [{ severity: "error", urn: "", lines: [why] }]);
    io.out(renderText(report, io.style, io.width, { rest: "" }));
    return report;
}

/** The report of a stack that nobody looks at, because the merge request does not touch it. */
export function lookAway(io: Io, job: Job): Report {
    io.out(`Fleet ${job.stack}: the merge request changes files of other stacks alone, so nothing changes here.\n`);
    return reportUnseen(io, job, []);
}

function reportUnseen(io: Io, job: Job, said: Said[]): Report {
    const report = summarize({ project: undefined, stack: job.stack, steps: [], said });
    leave(io, job, report);
    return report;
}

/** Writes every form of a report where the job's artifacts are. */
function leave(io: Io, job: Job, report: Report, codeQuality = report): void {
    mkdirSync(job.output, { recursive: true });
    const { path } = stackFileOf(job.folder, job.stack);
    // GitLab names files from the top of the repository.
    const top = io.env.CI_PROJECT_DIR && resolve(io.env.CI_PROJECT_DIR);
    const root = top && !relative(top, job.folder).startsWith("..") ? top : job.folder;
    writeReports(io, report, {
        markdown: join(job.output, "report.md"),
        html: join(job.output, PAGE),
        widget: join(job.output, "plan.json"),
    });
    writeReports(io, codeQuality, {
        codeQuality: join(job.output, "code-quality.json"),
        stackFile: relative(root, join(job.folder, path)),
        stackFileFolder: root,
    });
}
