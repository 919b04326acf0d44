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

/** A runner's own entry shows what its token does not. */
const UNSEEN =
    "Of runners that were not seen in GitLab it is not known whether they are paused, which tags they have, and when GitLab last heard from " +
    "this host. With the token of a user who may see them in GITLAB_TOKEN, or that of --stack NAME, that is looked at, too.";

/** Writes the diagnosis as text: one block for each worker, the decisive finding first. */
export function presentDiagnosis(io: Io, title: string, workers: readonly DiagnosedWorker[]): void {
    const { style } = io;
    io.out(`${style.bold(oneLine(title))}\n`);
    if (workers.length === 0) io.out("\nThere are no [[runners]] tables, so this manager serves no runner.\n");
    const told = new Map<string, number>();
    for (const { number, worker, facts, findings, broken } of workers) {
        const warned = findings.some(({ severity }) => severity === "warning");
        const sign = broken ? style.bad("✗") : warned ? style.warn("!") : style.good("✓");
        const runner = facts.runnerId === undefined ? "" : `, runner ${facts.runnerId}`;
        io.out(
            `\n${sign} ${number} ${style.bold(oneLine(worker.name))} ${style.dim(`${oneLine(worker.url)}${runner}`)}\n`,
        );
        for (const { says, advice, code, severity } of findings) {
            const colour = severity === "error" ? "bad" : severity === "warning" ? "warn" : "good";
            const before = told.get(says + advice);
            io.out(`    ${style[colour](code)}${before === undefined ? "" : `: as worker ${before}`}\n`);
            if (before !== undefined) continue;
            told.set(says + advice, number);
            for (const line of wrap(oneLine(says), io.width - 6)) io.out(`      ${line}\n`);
            for (const [at, line] of wrap(oneLine(advice), io.width - 8).entries()) {
                io.out(`      ${at === 0 ? "→ " : "  "}${line}\n`);
            }
        }
    }
    const broken = workers.filter((worker) => worker.broken).length;
    if (workers.length > 0) {
        const who = `${broken} of ${count(workers.length, "worker")} ${broken === 1 ? "gets" : "get"}`;
        if (broken > 0) io.out(`\n${style.bad(`${who} no jobs.`)}\n`);
        else if (workers.every(({ found }) => found !== undefined))
            io.out(`\n${style.good("Every worker can get jobs.")}\n`);
        else {
            io.out(`\n${style.good("Nothing was found that keeps a worker from jobs.")}\n`);
            for (const line of wrap(UNSEEN, io.width)) io.out(`${line}\n`);
        }
    }
}

/** A worker's diagnosis for scripts. Holds no token. */
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
