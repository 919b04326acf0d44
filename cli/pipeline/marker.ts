import { createHash } from "node:crypto";
import type { Report } from "../report/summary";

/** What the first line of a note or an issue says to us. */
export interface Marker {
    kind: "preview" | "drift";
    /** `<project>/<stack>` */
    key: string;
    /** The pipeline that wrote it. */
    pipeline: number;
    /** What would change, in short. */
    changes: string;
}

/** The line, which people do not see. Names are of signs that end no comment. */
export function writeMarker({ kind, key, pipeline, changes }: Marker): string {
    return `<!-- gitlab-fleet ${kind} ${key} pipeline=${pipeline} changes=${changes} -->`;
}

/** The marker of a text that begins with one. */
export function readMarker(text: string): Marker | undefined {
    const [, kind, key, pipeline, changes] =
        /^<!-- gitlab-fleet (preview|drift) ([\w./-]+) pipeline=(\d+) changes=([\da-f]*) -->/.exec(text) ?? [];
    if (kind === undefined) return undefined;
    return { kind: kind as Marker["kind"], key: key!, pipeline: Number(pipeline), changes: changes! };
}

/** By which two reports are told apart: what changes, and how. */
export function hashOfChanges({ changes, outcome, warnings }: Report, withWarnings = false): string {
    const warned = withWarnings ? warnings.map(({ lines }) => lines.join(" ")) : [];
    const lines = changes.map(({ operation, urn, changes: properties }) => [operation, urn, ...properties].join(" "));
    return createHash("sha256")
        .update([outcome, ...lines.sort(), ...warned.sort()].join("\n"))
        .digest("hex")
        .slice(0, 16);
}
