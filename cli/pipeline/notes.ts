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
    const ours = () => listOurs<Note>(gitlab, `${path}/notes`, () => ({ sort: "asc", order_by: "created_at" }), marker);
    const [first, ...others] = await ours();
    for (const { id } of others) await gitlab.delete(`${path}/notes/${id}`).catch(unlessNotFound);
    if (first !== undefined) {
        if (Math.max(...[first, ...others].map((note) => note.marker.pipeline)) > marker.pipeline)
            return "A later pipeline has written the note: it stays.";
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
    const { id } = await gitlab.post<{ id: number }>(`${path}/notes`, { body });
    // Two pipelines at once may both have begun one: the first stays, with what the later pipeline says.
    const [kept, ...twins] = await ours();
    if (kept === undefined || twins.length === 0) return "The note is written.";
    if (kept.id !== id && kept.marker.pipeline <= marker.pipeline)
        await gitlab.put(`${path}/notes/${kept.id}`, { body });
    for (const twin of twins) await gitlab.delete(`${path}/notes/${twin.id}`).catch(unlessNotFound);
    return "The note is written, and one of another pipeline joined with it.";
}
