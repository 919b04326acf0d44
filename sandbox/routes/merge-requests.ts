/** Merge requests and their notes. https://docs.gitlab.com/api/notes/#merge-requests */
import { canReadProject, hasProjectRole, projectFor } from "../access";
import type { Api, Call } from "../http/api";
import { badRequest, forbidden, notFound } from "../http/errors";
import { p } from "../http/params";
import { presentUserBasic, time } from "../present/common";
import type { MergeRequest, Note, Project } from "../store/entities";

const MERGE_REQUEST = "/projects/:id/merge_requests/:merge_request_iid";
/** GitLab: `Note::MAX_NOTE_LENGTH`. */
const LONGEST_NOTE = 1_000_000;

export function mergeRequestRoutes(api: Api): void {
    api.get(MERGE_REQUEST, {}, (call) => present(call, mergeRequestFor(call).request));

    api.get("/projects/:id/repository/commits/:sha/merge_requests", {}, (call) => {
        const project = projectFor(call);
        const sha = call.path("sha");
        const found = call.db.mergeRequests
            .find("project", project.id)
            .filter((one) => one.sha === sha || one.mergeCommitSha === sha);
        return call.page(found, (one) => present(call, one));
    });

    const order = { sort: p.string(), order_by: p.string() };
    api.get(`${MERGE_REQUEST}/notes`, { params: order }, (call) => {
        const notes = [...call.db.notes.find("mergeRequest", mergeRequestFor(call).request.id)];
        // GitLab's default: newest first.
        const sorted = call.params.sort === "asc" ? notes : notes.reverse();
        return call.page(sorted, (one) => presentNote(call, one));
    });

    const body = { body: p.string().required() };
    api.post(`${MERGE_REQUEST}/notes`, { params: body }, (call) => {
        const { request, project } = mergeRequestFor(call);
        requireWriter(call, project);
        const now = call.db.now();
        return presentNote(
            call,
            call.db.notes.insert({
                mergeRequestId: request.id,
                body: checked(call.params.body),
                authorId: call.user.id,
                system: false,
                createdAt: now,
                updatedAt: now,
            }),
        );
    });

    api.put(`${MERGE_REQUEST}/notes/:note_id`, { params: body }, (call) => {
        const note = noteFor(call);
        return presentNote(
            call,
            call.db.notes.update(note.id, { body: checked(call.params.body), updatedAt: call.db.now() }),
        );
    });

    api.delete(`${MERGE_REQUEST}/notes/:note_id`, {}, (call) => {
        call.db.notes.delete(noteFor(call).id);
    });
}

function mergeRequestFor(call: Call): { request: MergeRequest; project: Project } {
    const project = projectFor(call);
    const iid = Number(call.path("merge_request_iid"));
    const request = call.db.mergeRequests.find("project", project.id).find((one) => one.iid === iid);
    if (!request || !canReadProject(call.db, call.identity, project)) throw notFound("Merge Request");
    return { request, project };
}

/** The author of a note may change it, and so may maintainers. */
function noteFor(call: Call): Note {
    const { request, project } = mergeRequestFor(call);
    const note = call.db.notes.get(Number(call.path("note_id")));
    if (note?.mergeRequestId !== request.id) throw notFound("Note");
    if (note.authorId !== call.user.id && !hasProjectRole(call.db, call.identity, project, "maintainer"))
        throw forbidden();
    return note;
}

/** Members from Guest on may write; GitLab requires Reporter if the project is private. */
function requireWriter(call: Call, project: Project): void {
    if (!hasProjectRole(call.db, call.identity, project, project.visibility === "private" ? "planner" : "guest"))
        throw forbidden();
}

function checked(body: string | null): string {
    if (!body) throw badRequest('"body" is empty');
    if (body.length > LONGEST_NOTE) throw badRequest("Note is too long (maximum is 1000000 characters)");
    return body;
}

function present(call: Call, one: MergeRequest): Record<string, unknown> {
    return {
        id: one.id,
        iid: one.iid,
        project_id: one.projectId,
        title: one.title,
        state: one.state,
        source_branch: one.sourceBranch,
        target_branch: one.targetBranch,
        sha: one.sha,
        merge_commit_sha: one.mergeCommitSha,
        merged_at: time(one.mergedAt),
        created_at: time(one.createdAt),
        author: presentUserBasic(call.db, call.db.users.must(one.authorId)),
    };
}

function presentNote(call: Call, one: Note): Record<string, unknown> {
    return {
        id: one.id,
        body: one.body,
        system: one.system,
        noteable_type: "MergeRequest",
        noteable_id: one.mergeRequestId,
        created_at: time(one.createdAt),
        updated_at: time(one.updatedAt),
        author: presentUserBasic(call.db, call.db.users.must(one.authorId)),
    };
}
