import { mkdirSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { attempt } from "../../core/attempt";
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

/** Runs a preview of a stack. `policies` are the flags for policies. */
export async function look(io: Io, pulumi: RunPulumi, job: Job, policies: readonly string[]): Promise<Preview> {
    // Checked before Pulumi runs, because Pulumi writes the file if it is missing.
    const missing = findMissingFile(job);
    const { stdout, stderr, code } = await pulumi(["preview", "--json", ...policies, "--stack", job.stack]);
    const ended = `pulumi preview ended with code ${code}`;
    const preview = toPreview(stdout, "What pulumi preview printed", stderr || ended);
    const locks = findLocks(stderr);
    if (locks.length > 0) preview.said.unshift(error(describeLocks(job.stack, locks, io.now())));
    else if (code !== 0 && !preview.said.some(({ severity }) => severity === "error")) preview.said.push(error(ended));
    if (missing !== undefined) preview.said.unshift(error(missing));
    explainToken(io, preview);
    return preview;
}

/** The result for a stack that cannot be previewed. */
export function unseen(...mistakes: string[]): Preview {
    return { steps: [], said: mistakes.map(error) };
}

function error(text: string): Said {
    return { severity: "error", urn: "", lines: [text] };
}

/** If GitLab refuses the token, and the advice is to set another: names the project variable that holds it. */
function explainToken({ env }: Io, { said }: Preview): void {
    const name = ["FLEET_TOKEN_READ", "FLEET_TOKEN"].find((one) => env[one] && env[one] === env.GITLAB_TOKEN);
    if (name === undefined) return;
    for (const { severity, lines } of said) {
        if (severity === "error" && lines.some((line) => line.includes("GITLAB_TOKEN in the environment")))
            lines.push(`In this job GITLAB_TOKEN is the CI/CD variable ${name}.`);
    }
}

/** Writes all forms of a report to the folder of the job's artifacts. `gaps` are additional warnings. */
export function writeReport(io: Io, job: Job, preview: Preview, gaps: readonly Message[] = []): Report {
    mkdirSync(job.output, { recursive: true });
    const ofStack = stackFileOf(job.folder, job.stack);
    // In GitLab, paths are relative to the top of the repository.
    const inCheckout = way(io.env.CI_PROJECT_DIR || job.folder, job.folder);
    const folder = inCheckout.startsWith("..") ? "" : inCheckout;
    const ofFiles = summarize(preview, job.stack);
    // Code Quality compares files, and version gaps are not a fault of a file.
    writeReports(io, ofFiles, {
        codeQuality: join(job.output, "code-quality.json"),
        ofStack: { ...ofStack, path: join(folder, ofStack.path) },
    });
    const report = { ...ofFiles, warnings: [...ofFiles.warnings, ...gaps] };
    writeReports(io, report, {
        markdown: join(job.output, "report.md"),
        html: join(job.output, PAGE),
        widget: join(job.output, "plan.json"),
    });
    return report;
}

/** Writes the report, and prints it. */
export function tellReport(io: Io, job: Job, preview: Preview, gaps?: readonly Message[]): Report {
    const report = writeReport(io, job, preview, gaps);
    const rest = join(way(io.env.CI_PROJECT_DIR || ".", job.output), PAGE);
    io.out(renderText(report, io.style, io.width, { rest }));
    return report;
}

/** The relative path between folders: unlike GitLab's variable, the job's shell has followed links. */
function way(from: string, to: string): string {
    const [start, end] = [from, to].map((path) => attempt(() => realpathSync(path)) ?? resolve(path));
    return relative(start!, end!);
}
