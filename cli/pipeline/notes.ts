import type { GitLab } from "../../gitlab/client";
import { isNotFound, unlessNotFound } from "../../gitlab/errors";
import { listOurs, type Marker, writeMarker } from "./marker";

export interface NotePlace {
    projectId: string;
    mergeRequest: string;
}

interface Note {
    id: number;
    body: string;
    author: { id: number };
}

/**
 * Ensures that a merge request has exactly one note about a stack, which is updated. Returns what was done, for the
 * job's log.
 *
 * @param text.worthANote whether to create a note; an existing one is updated in any case
 */
export async function syncNote(
    gitlab: GitLab,
    place: NotePlace,
    marker: Marker,
    text: { body: string; worthANote: boolean },
): Promise<string> {
    const path = `/projects/${encodeURIComponent(place.projectId)}/merge_requests/${place.mergeRequest}`;
    const { state } = await gitlab.get<{ state: string }>(path);
    if (state !== "opened") return `The merge request is ${state}: no note.`;
    const body = `${writeMarker(marker)}\n${text.body}`;
    // Keeps the note of the latest pipeline, and of one pipeline the first: all jobs that look at once agree on that.
    const keepOne = async () => {
        const all = await listOurs<Note>(
            gitlab,
            `${path}/notes`,
            () => ({ sort: "asc", order_by: "created_at" }),
            marker,
        );
        const [kept, ...others] = all.sort((a, b) => b.marker.pipeline - a.marker.pipeline);
        for (const { id } of others) await gitlab.delete(`${path}/notes/${id}`).catch(unlessNotFound);
        return { kept, others };
    };
    const { kept: first } = await keepOne();
    if (first !== undefined) {
        if (first.marker.pipeline > marker.pipeline) return "A later pipeline has written the note: it stays.";
        if (first.body === body) return "The note says so already.";
        try {
            await gitlab.put(`${path}/notes/${first.id}`, { body });
            return "The note is updated.";
        } catch (error) {
            // It was deleted after it was listed.
            if (!isNotFound(error)) throw error;
        }
    }
    if (!text.worthANote) return "Nothing changes: no note.";
    await gitlab.post(`${path}/notes`, { body });
    // Another pipeline may have created a note at the same time.
    const { others } = await keepOne();
    return others.length === 0
        ? "The note is written."
        : "The note is written, and one of another pipeline joined with it.";
}
