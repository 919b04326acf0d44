import { createHash } from "node:crypto";
import { inOrder } from "../../core/values";
import type { GitLab } from "../../gitlab/client";
import type { Report } from "../report/summary";

/** What the first line of a note or issue tells this command. */
export interface Marker {
    kind: "preview" | "drift";
    /** `<project>/<stack>` */
    key: string;
    /** The pipeline that wrote it. */
    pipeline: number;
    /** The commit that was previewed; empty if unknown. */
    commit: string;
    /** Hash of the changes. */
    changes: string;
}

/** The line, which people do not see. The names cannot contain the end of a comment. */
export function writeMarker({ kind, key, pipeline, commit, changes }: Marker): string {
    return `<!-- gitlab-fleet ${kind} ${key} pipeline=${pipeline} commit=${commit} changes=${changes} -->`;
}

/** The marker at the beginning of a text; undefined if there is none. */
export function readMarker(text: string): Marker | undefined {
    const [, kind, key, pipeline, commit, changes] =
        /^<!-- gitlab-fleet (preview|drift) ([\w./-]+) pipeline=(\d+) commit=([\da-f]*) changes=([\da-f]*) -->/.exec(
            text,
        ) ?? [];
    if (kind === undefined) return undefined;
    return { kind: kind as Marker["kind"], key: key!, pipeline: Number(pipeline), commit: commit!, changes: changes! };
}

/** A note or an issue. */
interface Written {
    author: { id: number };
    body?: string;
    description?: string | null;
}

/**
 * Lists the notes or issues that the token's own user wrote with our marker; those of other users are left alone.
 * `query` gets the id of that user.
 */
export async function listOurs<T extends Written>(
    gitlab: GitLab,
    path: string,
    query: (me: number) => Record<string, unknown>,
    { kind, key }: Pick<Marker, "kind" | "key">,
): Promise<(T & { marker: Marker })[]> {
    const me = await gitlab.shared.get("me", () => gitlab.get<{ id: number }>("/user"));
    const all = await gitlab.list<T>(path, query(me.id));
    return all.flatMap((one) => {
        const marker = readMarker(one.body ?? one.description ?? "");
        const isOurs = one.author.id === me.id && marker?.key === key && marker.kind === kind;
        return isOurs ? [{ ...one, marker }] : [];
    });
}

/** Hash that tells two reports apart: what changes, how, and what the result will be. */
export function hashOfChanges({ changes, outcome, warnings }: Report, withWarnings = false): string {
    const warned = withWarnings ? warnings.map(({ lines }) => lines.join(" ")) : [];
    const lines = changes.map(({ operation, urn, changes: properties, inputs }) =>
        // A created resource has no changes, and of long texts they only show the beginning.
        [operation, urn, ...properties, operation === "delete" ? "" : JSON.stringify(inOrder(inputs))].join(" "),
    );
    return createHash("sha256")
        .update([outcome, ...lines.sort(), ...warned.sort()].join("\n"))
        .digest("hex")
        .slice(0, 16);
}
