import { diagnoseWorker, isBroken } from "../../core/diagnosis/diagnose";
import type { Finding } from "../../core/diagnosis/facts";
import { count } from "../ago";
import type { Io } from "../io";
import { oneLine } from "../style";
import { wrap } from "../wrap";
import type { SurveyedWorker } from "./survey";

export interface DiagnosedWorker extends SurveyedWorker {
    findings: Finding[];
    /** Whether anything keeps it from getting jobs. */
    broken: boolean;
}

export function diagnose(workers: readonly SurveyedWorker[]): DiagnosedWorker[] {
    return workers.map((worker) => {
        const findings = diagnoseWorker(worker.facts);
        return { ...worker, findings, broken: isBroken(findings) };
    });
}

/** Only the runner's own entry in GitLab shows this; the token does not. */
const UNSEEN =
    "Of runners that were not seen in GitLab it is not known whether they are paused, which tags they have, and when GitLab last heard from " +
    "this host. With the token of a user who may see them in GITLAB_TOKEN, or that of --stack NAME, that is looked at, too.";

/** How to show a finding, and a worker whose worst finding it is. */
const LOOKS: Record<Finding["severity"], { sign: string; colour: "good" | "warn" | "bad" }> = {
    error: { sign: "✗", colour: "bad" },
    warning: { sign: "!", colour: "warn" },
    info: { sign: "✓", colour: "good" },
};

/** Writes the diagnosis as text: one block for each worker, the decisive finding first. */
export function presentDiagnosis(io: Io, title: string, workers: readonly DiagnosedWorker[]): void {
    io.out(`${io.style.bold(oneLine(title))}\n`);
    const told = new Map<string, number>();
    for (const worker of workers) presentWorker(io, worker, told);
    io.out(`\n${outcomeOf(io, workers)}\n`);
}

/** @param told the worker at which each finding was explained first; other workers refer to it */
function presentWorker(io: Io, { number, worker, facts, findings }: DiagnosedWorker, told: Map<string, number>): void {
    const { style } = io;
    const { sign, colour } = LOOKS[findings[0]!.severity];
    const runner = facts.runnerId === undefined ? "" : `, runner ${facts.runnerId}`;
    const where = style.dim(`${oneLine(worker.url)}${runner}`);
    io.out(`\n${style[colour](sign)} ${number} ${style.bold(oneLine(worker.name))} ${where}\n`);
    for (const { says, advice, code, severity } of findings) {
        const before = told.get(says + advice);
        const same = before === undefined ? "" : `: as worker ${before}`;
        io.out(`    ${style[LOOKS[severity].colour](code)}${same}\n`);
        if (before !== undefined) continue;
        told.set(says + advice, number);
        for (const line of wrap(oneLine(says), io.width - 6)) io.out(`      ${line}\n`);
        for (const [at, line] of wrap(oneLine(advice), io.width - 8).entries()) {
            io.out(`      ${at === 0 ? "→" : " "} ${line}\n`);
        }
    }
}

/** The summary of all workers. */
function outcomeOf({ style, width }: Io, workers: readonly DiagnosedWorker[]): string {
    if (workers.length === 0) return "There are no [[runners]] tables, so this manager serves no runner.";
    const broken = workers.filter((worker) => worker.broken).length;
    const who = `${broken} of ${count(workers.length, "worker")} ${broken === 1 ? "gets" : "get"}`;
    if (broken > 0) return style.bad(`${who} no jobs.`);
    if (workers.every(({ found }) => found !== undefined)) return style.good("Every worker can get jobs.");
    return [style.good("Nothing was found that keeps a worker from jobs."), ...wrap(UNSEEN, width)].join("\n");
}

/** A worker's diagnosis as JSON. Contains no token. */
export function toJson({ number, worker, facts, findings, broken }: DiagnosedWorker) {
    return {
        number,
        name: worker.name,
        url: worker.url,
        runnerId: facts.runnerId,
        getsJobs: !broken,
        tokenWorks: facts.tokenWorks,
        findings,
    };
}
