import { Document } from "yaml";
import { commandToSet, RENAME } from "../../components/fleet/config/unset";
import { groupBy } from "../../core/groups";
import { ranges } from "../ranges";
import { oneLine } from "../style";
import { safeYaml } from "../yaml";
import type { Imported } from "./mapping";

/** A file that could not be read, and why. Nothing in the result comes from it. */
export interface Unread {
    config: string;
    reason: string;
}

/** The result as a file: what was left out is in comments, so that it is not lost when output is redirected. */
export function toYaml(source: string, imported: Imported & { unread?: readonly Unread[] }): string {
    const { config, leftOut, secrets, remarks, unread = [] } = imported;
    const lines = [`# From ${oneLine(source)}. Tokens are not in here: the next pulumi up resets them.`];
    if (unread.length > 0) {
        lines.push(
            "#",
            "# NOT ALL: nothing of these files is in here. Import again once they can be read, before an up: it resets tokens,",
            "# and a host that has the same token would be left without one.",
            ...unread.map(({ reason }) => `#   ${oneLine(reason)}`),
        );
    }
    if (secrets.length > 0) {
        lines.push(
            "#",
            "# Secrets, and what looks like one, were left out. Set each of them; Pulumi asks for the value:",
        );
        for (const { path, begins } of secrets) {
            const hint = begins === undefined ? "" : ` # ${oneLine(begins)}…`;
            lines.push(`#   ${commandToSet(path) ?? `${oneLine(path)}: ${RENAME}`}${hint}`);
        }
    }
    if (remarks.length > 0) lines.push("#", ...remarks.map((remark) => `# ${oneLine(remark)}`));
    if (leftOut.length > 0) lines.push("#", "# Left out:", ...listLeftOut(leftOut));
    // Pulumi reads YAML 1.1, in which more texts are numbers and booleans: `on`, `1_000`, `0b101`.
    const document = new Document({ config }, { version: "1.1" });
    const body = Object.keys(config).length === 0 ? "config: {}\n" : safeYaml(document, { lineWidth: 120 });
    return `${lines.join("\n")}\n${body}`;
}

/** `register` leaves the same entry behind a dozen times, so equal lines are merged. */
function listLeftOut(leftOut: Imported["leftOut"]): string[] {
    const inWords = ({ manager, name, code, reason }: Imported["leftOut"][number]) => {
        const of = manager === undefined ? "" : `of ${oneLine(manager)} `;
        return `${of}"${oneLine(name)}" (${code}): ${oneLine(reason)}`;
    };
    return [...groupBy(leftOut, inWords)].map(([text, alike]) => {
        const numbers = ranges(alike.map(({ number }) => number));
        return `#   worker${alike.length > 1 ? "s" : ""} ${numbers} ${text}`;
    });
}
