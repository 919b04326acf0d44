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
 * Has exactly one note of a stack on a merge request: updated and never piled up. Returns what was done, for the job's log.
 *
 * @param body undefined where nothing changes: then no note is begun, and one that is there says so in one line
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
    // Of several the one of the latest pipeline stays, and of one pipeline's the first: every job that looks at once says the same.
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
            // Deleted since it was listed.
            if (!isNotFound(error)) throw error;
        }
    }
    if (!text.worthANote) return "Nothing changes: no note.";
    await gitlab.post(`${path}/notes`, { body });
    // Another pipeline may have begun one at the same time.
    const { others } = await keepOne();
    return others.length === 0
        ? "The note is written."
        : "The note is written, and one of another pipeline joined with it.";
}
