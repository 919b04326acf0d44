import type { GitLab } from "../../gitlab/client";
import { listOurs, type Marker, writeMarker } from "./marker";

/** The label by which people, and this command, find issues about drift. */
export const DRIFT_LABEL = "fleet-drift";

/** Printed if there is neither drift nor an issue about it. */
export const NO_DRIFT = "Nothing has drifted.";

interface Issue {
    iid: number;
    description: string | null;
    author: { id: number };
}

/**
 * Ensures that a stack with drift has one open issue, and a stack without drift has none. Returns what was done, for
 * the job's log.
 *
 * @param drift title and text; undefined if nothing has drifted
 */
export async function syncIssue(
    gitlab: GitLab,
    projectId: string,
    marker: Marker,
    drift: { title: string; body: string } | undefined,
): Promise<string> {
    const path = `/projects/${encodeURIComponent(projectId)}/issues`;
    const query = { state: "opened", labels: DRIFT_LABEL, order_by: "created_at", sort: "asc" };
    const [first, ...others] = await listOurs<Issue>(gitlab, path, (me) => ({ ...query, author_id: me }), marker);
    const close = (iid: number) => gitlab.put(`${path}/${iid}`, { state_event: "close" });
    for (const { iid } of others) await close(iid);
    if (drift === undefined) {
        if (first === undefined) return NO_DRIFT;
        await close(first.iid);
        return `Nothing has drifted any longer: issue #${first.iid} is closed.`;
    }
    const fields = { title: drift.title, description: `${writeMarker(marker)}\n${drift.body}` };
    if (first === undefined) {
        const { iid } = await gitlab.post<Issue>(path, { ...fields, labels: DRIFT_LABEL });
        return `Issue #${iid} is opened.`;
    }
    // The same drift every night is one issue, and nobody is notified again if nothing has changed.
    if (first.marker.changes === marker.changes) return `Issue #${first.iid} says so already.`;
    await gitlab.put(`${path}/${first.iid}`, fields);
    return `Issue #${first.iid} is updated.`;
}
