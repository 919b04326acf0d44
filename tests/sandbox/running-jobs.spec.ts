import { expect } from "chai";
import { HOUR, type NewJob } from "../../sandbox";
import { jobQueue } from "./queue";

describe("a running job", () => {
    const { sandbox, as, groupRunner, enqueue, ask, gracious } = jobQueue();

    const started = async (extra: Partial<NewJob> = {}, info: object = {}) => {
        const job = enqueue(extra);
        const runner = groupRunner();
        await ask(runner, info);
        const put = (body: object) => as().put(`/jobs/${job.id}`, { token: job.token, ...body });
        const append = (start: number, text: string, token = job.token) =>
            as().patch(`/jobs/${job.id}/trace`, text, {
                "job-token": token,
                "content-type": "text/plain",
                "content-range": `${start}-${start + text.length - 1}`,
            });
        const now = () => sandbox().db.jobs.must(job.id);
        return { job, now, runner, put, append };
    };

    it("ends as its runner says", async () => {
        const { now, put } = await started();
        expect(now().status).to.equal("running");
        const alive = await put({ state: "running" });
        expect([alive.status, alive.body, alive.headers.get("job-status")]).to.deep.equal([200, 200, "running"]);
        expect((await put({ state: "failed", failure_reason: "script_failure", exit_code: 3 })).status).to.equal(200);
        expect(now()).to.include({ status: "failed", failureReason: "script_failure", exitCode: 3 });
        const late = await put({ state: "success" });
        expect([late.status, late.body.message, late.headers.get("job-status")]).to.deep.equal([
            403,
            "403 Forbidden - Job is not processing on runner",
            "failed",
        ]);
    });

    it("refuses states it does not know, and other jobs' tokens", async () => {
        const { job, put } = await started();
        expect([(await put({ state: "done" })).status, (await put({})).body]).to.deep.equal([400, 400]);
        const foreign = await as().put(`/jobs/${job.id}`, { token: "glcbt-x", state: "success" });
        expect([foreign.status, foreign.body]).to.deep.equal([403, { message: "403 Forbidden" }]);
        expect((await as().put("/jobs/99", { token: job.token, state: "success" })).status).to.equal(403);
    });

    it("collects its log piece by piece and says where it stands", async () => {
        const { job, append } = await started();
        const first = await append(0, "hello ");
        expect([first.status, first.headers.get("range"), first.headers.get("job-status")]).to.deep.equal([
            202,
            "0-6",
            "running",
        ]);
        expect(first.headers.get("x-gitlab-trace-update-interval")).to.equal("60");
        await append(6, "world");
        const gap = await append(99, "x");
        expect([gap.status, gap.headers.get("range"), gap.body]).to.deep.equal([
            416,
            "0-11",
            { error: "416 Range Not Satisfiable" },
        ]);
        expect((await append(0, "x", "glcbt-x")).status).to.equal(403);
        const watched = await as("owner").get(`/projects/1/jobs/${job.id}/trace`);
        expect(watched.body).to.equal("hello world");
        expect((await append(11, "!")).headers.get("x-gitlab-trace-update-interval")).to.equal("3");
    });

    it("needs a range with each piece, and drops jobs that log too much", async () => {
        const { job, now, append } = await started();
        const headers = { "job-token": job.token, "content-type": "text/plain" };
        const { status, body } = await as().patch(`/jobs/${job.id}/trace`, "x", headers);
        expect([status, body]).to.deep.equal([400, { error: "400 Missing header Content-Range" }]);
        sandbox().db.settings.maxTraceBytes = 3;
        expect((await append(0, "four")).status).to.equal(403);
        expect(now()).to.include({ status: "failed", failureReason: "trace_size_exceeded" });
    });

    it("is started by hand where it waits for that", async () => {
        const { id } = sandbox().db.jobs.enqueue({ project: 1, script: "true" });
        const play = () => as("developer").post(`/projects/1/jobs/${id}/play`);
        const refused = await play();
        expect([refused.status, refused.body.message]).to.deep.equal([400, "400 Bad request - Unplayable Job"]);
        sandbox().db.jobs.update(id, { status: "manual" });
        const { status, body } = await play();
        expect([status, body.status, body.user.username]).to.deep.equal([200, "pending", "developer"]);
    });

    it("is cancelled in two steps by a runner that can end gracefully, else at once", async () => {
        const polite = await started({}, gracious);
        await as("developer").post(`/projects/1/jobs/${polite.job.id}/cancel`);
        expect((await polite.put({ state: "running" })).headers.get("job-status")).to.equal("canceling");
        await polite.put({ state: "failed", failure_reason: "script_failure" });
        expect(polite.now()).to.include({ status: "canceled", failureReason: null });
        const plain = await started();
        await as("developer").post(`/projects/1/jobs/${plain.job.id}/cancel`);
        const { status, headers } = await plain.append(0, "x");
        expect([status, headers.get("job-status")]).to.deep.equal([403, "canceled"]);
    });

    it("stores artifacts, and opens them to jobs that depend on it", async () => {
        const { job, runner, put } = await started({ artifacts: { paths: ["a"] } });
        const upload = () => {
            const form = new FormData();
            form.append("file", new Blob(["zip bytes"]), "artifacts.zip");
            return as().post(`/jobs/${job.id}/artifacts?artifact_type=archive`, form, { "job-token": job.token });
        };
        const stored = await upload();
        expect([stored.status, stored.body]).to.deep.equal([201, 201]);
        expect((await upload()).status).to.equal(400);
        await put({ state: "success" });
        const next = enqueue({ dependencies: [job.id] });
        const { body } = await ask(runner);
        expect(body.dependencies).to.deep.equal([
            { id: job.id, name: "job", token: next.token, artifacts_file: { filename: "artifacts.zip", size: 9 } },
        ]);
        const get = (token: string) => as().get(`/jobs/${job.id}/artifacts`, { "job-token": token });
        expect((await get(next.token)).body).to.equal("zip bytes");
        expect((await get(job.token)).status).to.equal(403);
    });

    it("is dropped when nothing is heard from it for an hour, or at its time limit", async () => {
        const { clock } = sandbox();
        const silent = await started();
        clock.advance(HOUR + 1000);
        expect((await silent.put({ state: "success" })).status).to.equal(403);
        expect(silent.now().failureReason).to.equal("stuck_or_timeout_failure");
        const long = await started({ timeout: 1200 });
        for (let n = 0; n < 3; n++) {
            clock.advance(15 * 60_000);
            await long.put({ state: "running" });
        }
        expect(long.now().failureReason).to.equal("job_execution_server_timeout");
    });

    it("is listed under its runner, page by cursor if wanted", async () => {
        const { runner, job, put } = await started();
        await put({ state: "success" });
        const second = enqueue();
        await ask(runner);
        const { body } = await as("owner").get(`/runners/${runner.id}/jobs`);
        expect(body.map((one: { id: number }) => one.id)).to.deep.equal([second.id, job.id]);
        expect(body[1]).to.deep.include({ status: "success", name: "job" });
        const keyset = `/runners/${runner.id}/jobs?pagination=keyset&order_by=id&per_page=1`;
        const first = await as("owner").get(keyset);
        const next = /<[^>]+\/api\/v4([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "");
        expect((await as("owner").get(next![1]!)).body[0].id).to.equal(job.id);
        expect(first.headers.has("x-total")).to.equal(false);
        expect((await as("owner").get(`/runners/${runner.id}/jobs?status=running`)).body).to.have.length(1);
    });

    it("shows who works on it, and makes the runner active", async () => {
        const { job, runner } = await started();
        const { body } = await as("owner").get(`/projects/1/jobs/${job.id}`);
        expect([body.runner.id, body.runner_manager.system_id]).to.deep.equal([runner.id, "s_1"]);
        expect((await as("owner").get(`/runners/${runner.id}`)).body.job_execution_status).to.equal("active");
    });
});
