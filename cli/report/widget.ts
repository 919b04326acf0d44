import { createHash } from "node:crypto";
import { oneLine } from "../../core/one-line";
import { isPlaced, locateIn } from "./locate";
import type { StackFileText } from "./stack-file";
import type { Message, Report } from "./summary";

/** The plan widget's three numbers (`artifacts:reports:terraform`); a replacement is a creation and a deletion. */
export function renderWidget({ counts }: Report): string {
    const { create, update, replace, delete: gone } = counts;
    return `${JSON.stringify({ create: create + replace, update, delete: gone + replace })}\n`;
}

/** Errors, warnings and advice as a Code Quality report (`artifacts:reports:codequality`) on the stack's `file`. */
export function renderCodeQuality(report: Report, file: StackFileText): string {
    const locate = locateIn(file);
    const issue = (severity: string) => (message: Message) => {
        const { path, line } = locate(message);
        const description = message.lines
            .map((line) => oneLine(line))
            .join("\n")
            .slice(0, 2000);
        return {
            description,
            check_name: `gitlab-fleet/${report.stack}`,
            fingerprint: createHash("sha256")
                .update([report.stack, message.name, description].join("\0"))
                .digest("hex"),
            severity,
            location: { path, lines: { begin: line } },
        };
    };
    // Of two issues with the same fingerprint, GitLab accepts one and refuses the other.
    const all = [
        ...report.errors.flatMap(oneEach).map(issue("critical")),
        ...report.warnings.flatMap(oneEach).map(issue("minor")),
        ...report.policies.map(issue("info")),
    ];
    return `${JSON.stringify([...new Map(all.map((one) => [one.fingerprint, one])).values()])}\n`;
}

/** Splits mistakes that were reported together, so that each gets its own line. */
function oneEach({ name, lines }: Message): Message[] {
    const mistakes = lines.filter((line) => isPlaced(line));
    const isList = mistakes.length > 1 || (mistakes.length === 1 && !isPlaced(lines[0]!));
    return isList ? mistakes.map((line) => ({ name, lines: [line.trim()] })) : [{ name, lines }];
}
