import type { GitLab } from "../../gitlab/client";
import { type Marker, readMarker } from "./marker";

interface MergeRequest {
    iid: number;
    state: string;
    merged_at: string | null;
    /** Head of its branch when it was merged. */
    sha: string;
}

/** What the last merged merge request of a commit had reviewed: the number of the merge request, and the hash of its changes. */
export async function findReviewed(
    gitlab: GitLab,
    projectId: string,
    commit: string,
    { key, kind }: Pick<Marker, "key" | "kind">,
): Promise<{ mergeRequest: number; changes: string } | undefined> {
    const project = `/projects/${encodeURIComponent(projectId)}`;
    const merged = (await gitlab.list<MergeRequest>(`${project}/repository/commits/${commit}/merge_requests`)).filter(
        ({ state }) => state === "merged",
    );
    const [last] = merged.sort((one, other) => (other.merged_at ?? "").localeCompare(one.merged_at ?? ""));
    if (last === undefined) return undefined;
    const me = await gitlab.get<{ id: number }>("/user");
    const notes = await gitlab.list<{ body: string; author: { id: number } }>(
        `${project}/merge_requests/${last.iid}/notes`,
        { sort: "desc", order_by: "created_at" },
    );
    const found = notes
        .filter(({ author }) => author.id === me.id)
        .map(({ body }) => readMarker(body))
        .find((marker) => marker?.key === key && marker.kind === kind);
    // What was pushed after the preview nobody has seen, whatever that is.
    if (found !== undefined && found.commit !== last.sha) return undefined;
    return found && { mergeRequest: last.iid, changes: found.changes };
}
