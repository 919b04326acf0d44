import { count } from "../ago";
import { oneLine, type Style } from "../style";
import type { FileProblem, Validated } from "./stacks";

/** One line per problem, as compilers print them, and the number of problems. */
export function presentText({ stacks, empty, problems }: Validated, style: Style): string {
    const lines = problems.map(({ file, line, path, message, severity }) => {
        const place = oneLine(line === undefined ? file : `${file}:${line}`);
        const what = path === "" ? "" : `${style.bold(oneLine(path))} `;
        const kind = severity === "warning" ? style.warn("warning: ") : "";
        return `${place}: ${kind}${what}${oneLine(message)}\n`;
    });
    const [errors, warnings] = bySeverity(problems);
    const found = [
        ...(errors > 0 ? [style.bad(count(errors, "mistake"))] : []),
        ...(warnings > 0 ? [style.warn(count(warnings, "warning"))] : []),
    ];
    const what = found.length === 0 ? style.good("No mistake") : found.join(" and ");
    const where = stacks.length === 1 ? `stack ${oneLine(stacks[0]!)}` : count(stacks.length, "stack");
    return `${lines.join("")}${what} in ${where}.${ofEmpty(empty)}\n`;
}

/** "No mistake" would be misleading if nothing was checked. */
function ofEmpty(empty: readonly string[]): string {
    if (empty.length === 0) return "";
    const names = empty.map((name) => oneLine(name)).join(", ");
    return ` No key below gitlab-fleet: is in ${names}: what a program declares by itself is not checked here.`;
}

/** The same as JSON, for scripts. */
export function toJson({ stacks, problems }: Validated) {
    const [errors, warnings] = bySeverity(problems);
    const list = problems.map(({ severity, stacks: those, file, line, path, message, code }) => ({
        severity,
        stacks: those,
        file,
        line: line ?? null,
        path,
        message,
        code: code ?? null,
    }));
    return { stacks, errors, warnings, problems: list };
}

function bySeverity(problems: readonly FileProblem[]): [errors: number, warnings: number] {
    const warnings = problems.filter(({ severity }) => severity === "warning").length;
    return [problems.length - warnings, warnings];
}
