/** Artifacts, stored and fetched by runners. */
import { Answer, type Api, type Call } from "../http/api";
import { badRequest, forbidden, messageError, notFound } from "../http/errors";
import { p } from "../http/params";
import { processingJob, tokenOf } from "../jobs/access";

const params = { id: p.integer().required(), artifact_type: p.string(), artifact_format: p.string() };

export function jobArtifactRoutes(api: Api): void {
    api.post("/jobs/:id/artifacts", { auth: "none", params }, async (call) => {
        const { db } = call;
        const job = processingJob(call);
        const file = call.raw.file;
        if (!(file instanceof File)) throw badRequest("Missing artifacts file!");
        const content = Buffer.from(await file.arrayBuffer());
        if (content.length > db.settings.maxArtifactsBytes) {
            throw messageError(413, "413 Request Entity Too Large");
        }
        const type = call.params.artifact_type ?? "archive";
        if (type !== "archive") db.reports.set(`${job.id}:${type}`, content);
        else {
            if (db.artifacts.has(job.id)) throw badRequest("another artifact of the same type already exists");
            db.artifacts.set(job.id, { filename: file.name || "artifacts.zip", content });
        }
        return new Answer(201, 201);
    });

    api.get("/jobs/:id/artifacts", { auth: "none", params: { id: params.id } }, (call) => {
        const { db } = call;
        const reader = db.jobs.first("token", tokenOf(call));
        if (reader?.status !== "running") throw forbidden();
        call.req.machine = { actor: "job", name: `job ${reader.id}` };
        const owner = db.jobs.get(call.params.id);
        const readable = owner && (owner.id === reader.id || reader.dependencies.includes(owner.id));
        if (!readable) throw forbidden();
        return archive(call, owner.id);
    });
}

/** The archive of a job as a download. */
function archive(call: Call, jobId: number): Answer {
    const file = call.db.artifacts.get(jobId);
    if (!file) throw notFound("File");
    const disposition = `attachment; filename="${file.filename.replace(/["\\\r\n]/g, "_")}"`;
    return new Answer(200, file.content, { "content-disposition": disposition }, "application/zip");
}
