import { dirname, isAbsolute } from "node:path";
import { Command, Option } from "commander";
import { Failed, Findings } from "../exit";
import { readNamed, writePage } from "../files";
import type { Io } from "../io";
import { toCount } from "../options";
import { NOTE_LIMIT, renderMarkdown } from "./markdown";
import { renderPage } from "./page";
import { type Preview, readPreview, saidOnStandardError } from "./preview";
import { type StackFileText, stackFileOf } from "./stack-file";
import { type Report, summarize } from "./summary";
import { renderText } from "./text";
import { renderCodeQuality, renderWidget } from "./widget";

type Format = "text" | "markdown" | "html" | "widget" | "codequality";
const FORMATS: readonly Format[] = ["text", "markdown", "html", "widget", "codequality"];

interface Options extends ReportFiles {
    format: Format;
    stack?: string;
    stackFile?: string;
    stderr?: string;
    all?: boolean;
    expectNoChanges?: boolean;
}

/** `gitlab-fleet report`: explains what a preview means. */
export function reportCommand(io: Io): Command {
    return new Command("report")
        .description(
            "Explain a preview: runners, who gets access, tokens, jobs, hosts, providers. Reads pulumi preview --json\n" +
                "or the engine's events (pulumi up --json).\nTypical use: pulumi preview --json | npx gitlab-fleet report",
        )
        .argument("[file]", "what Pulumi printed (- is standard input)", "-")
        .addOption(new Option("--format <format>", "what to print").choices(FORMATS).default("text"))
        .option("--markdown <file>", "also write it as Markdown")
        .option("--html <file>", "also write it as an HTML page")
        .option("--widget <file>", "also write the numbers for a merge request's plan widget")
        .option("--code-quality <file>", "also write the warnings as a Code Quality report")
        .option("--stderr <file>", "Pulumi's standard error, shown if there is no preview")
        .option("--stack <name>", "the stack, if the preview failed before naming it")
        .option("--stack-file <file>", "the stack's file, for lines in the Code Quality report")
        .option("--limit <characters>", "maximum Markdown length", toCount, NOTE_LIMIT)
        .option("--all", "also print notes and every resource")
        .option("--expect-no-changes", "exit code 1 if something changes")
        .addHelpText(
            "after",
            "\nExit codes: 0 a report, 1 the preview failed (or something changes, with --expect-no-changes), 2 no preview.",
        )
        .action((file: string, options: Options) => run(io, file, options));
}

async function run(io: Io, file: string, options: Options): Promise<void> {
    const text = file === "-" ? await io.readInput() : readNamed("file", file);
    const stderr = options.stderr === undefined ? "" : readNamed("--stderr", options.stderr);
    const report = summarize(toPreview(text, file === "-" ? "Standard input" : file, stderr), options.stack);
    const namesLines = options.format === "codequality" || options.codeQuality !== undefined;
    const isNeeded = namesLines || options.stackFile !== undefined;
    const ofStack = isNeeded ? stackFile(report.stack, options.stackFile) : undefined;
    writeReports(io, report, { ...options, ofStack });
    if (ofStack?.text === "" && options.stackFile === undefined) {
        io.err(
            `There is no ${ofStack.path} here, so the Code Quality report names no lines. ` +
                "Run it in the folder of Pulumi.yaml, or name the stack's file: --stack-file.\n",
        );
    }
    io.out(render(io, report, { ...options, ofStack }));
    if (report.outcome === "failed" || (options.expectNoChanges && report.outcome !== "unchanged"))
        throw new Findings();
}

/**
 * The preview. If Pulumi wrote none, or the only error is on standard error, includes that: if a language host or
 * plugin does not start, the preview looks as if nothing happens.
 */
export function toPreview(text: string, source: string, stderr: string): Preview {
    const said = saidOnStandardError(stderr);
    if (/^\s*(\{\}\s*)?$/.test(text) && said.length > 0) return { steps: [], said };
    const preview = readPreview(text, source);
    const at = stderr.search(/^error: /m);
    const isTold = at < 0 || preview.said.some(({ severity }) => severity === "error");
    return isTold ? preview : { ...preview, said: [...preview.said, ...saidOnStandardError(stderr.slice(at))] };
}

export interface ReportFiles {
    markdown?: string;
    html?: string;
    widget?: string;
    codeQuality?: string;
    /** The stack's file, whose lines Code Quality refers to. */
    ofStack?: StackFileText;
    limit?: number;
}

export function writeReports(io: Io, report: Report, files: ReportFiles): void {
    const { markdown, html, widget, codeQuality: codequality } = files;
    for (const [format, file] of Object.entries({ markdown, html, widget, codequality }))
        if (file !== undefined) writePage(file, render(io, report, { ...files, format: format as Format }));
}

function render(io: Io, report: Report, options: ReportFiles & Pick<Options, "format" | "all">): string {
    switch (options.format) {
        case "markdown":
            return renderMarkdown(report, { limit: options.limit });
        case "html":
            return renderPage(report, new Date(io.now()));
        case "widget":
            return renderWidget(report);
        case "codequality":
            return renderCodeQuality(report, options.ofStack!);
        case "text":
            return renderText(report, io.style, io.width, options.all ? "all" : { rest: "--all" });
    }
}

function stackFile(stack: string, given: string | undefined): StackFileText {
    if (given === undefined) return stackFileOf(process.cwd(), stack);
    if (isAbsolute(given)) throw new Failed("--stack-file must be a path within the repository, as GitLab shows it.");
    // Without the file, every issue would be at line 1.
    return { path: given, text: readNamed("--stack-file", given), folder: dirname(given) };
}
