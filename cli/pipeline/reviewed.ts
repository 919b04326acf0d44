import type { GitLab } from "../../gitlab/client";
import { listOurs, type Marker } from "./marker";

interface MergeRequest {
    iid: number;
    state: string;
    merged_at: string | null;
    /** Head of its branch when it was merged. */
    sha: string;
}

/** What people have reviewed in a merge request. */
export interface Reviewed {
    mergeRequest: number;
    /** The hash of the changes in its preview. */
    changes: string;
    /** Whether the preview was of the commit that was merged: nobody has reviewed what was pushed after it. */
    isLast: boolean;
}

/** What was reviewed in the last merged merge request of a commit. */
export async function findReviewed(
    gitlab: GitLab,
    projectId: string,
    commit: string,
    marker: Pick<Marker, "key" | "kind">,
): Promise<Reviewed | undefined> {
    const project = `/projects/${encodeURIComponent(projectId)}`;
    const merged = (await gitlab.list<MergeRequest>(`${project}/repository/commits/${commit}/merge_requests`)).filter(
        ({ state }) => state === "merged",
    );
    const [last] = merged.sort((one, other) => (other.merged_at ?? "").localeCompare(one.merged_at ?? ""));
    if (last === undefined) return undefined;
    const notes = `${project}/merge_requests/${last.iid}/notes`;
    const [found] = await listOurs(gitlab, notes, () => ({ sort: "desc", order_by: "created_at" }), marker);
    if (found === undefined) return undefined;
    const { changes, commit: seen } = found.marker;
    return { mergeRequest: last.iid, changes, isLast: seen === last.sha };
}
