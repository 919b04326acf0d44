import { expect } from "chai";
import { addRunner, DAY, HOUR, type NewJob, type Runner } from "../../sandbox";
import { client, sandboxFor } from "./client";

describe("the job queue", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const groupRunner = (extra: Partial<Runner> = {}) =>
        addRunner(sandbox().db, { runnerType: "group_type", groupId: 1, ...extra });
    const enqueue = (extra: Partial<NewJob> = {}) =>
        sandbox().db.jobs.enqueue({ project: "apps/etl", script: "true", ...extra });
    const ask = (runner: Runner, extra: object = {}) =>
        as().post("/jobs/request", { token: runner.token, system_id: "s_1", ...extra });
    const gracious = { info: { features: { cancel_gracefully: true } } };

    describe("POST /jobs/request", () => {
        it("hands out the oldest job that fits, once", async () => {
            const runner = groupRunner();
            const job = enqueue({ name: "first" });
            enqueue({ name: "second" });
            const { status, body, headers } = await ask(runner);
            expect(status).to.equal(201);
            expect(headers.get("content-type")).to.match(/^application\/json/);
            expect(headers.has("x-gitlab-last-update")).to.equal(false);
            expect(body).to.include({ id: job.id, token: job.token });
            expect(body.job_info).to.include({ name: "first", project_full_path: "apps/etl" });
            expect((await ask(runner)).body.job_info.name).to.equal("second");
            expect((await ask(runner)).status).to.equal(204);
        });

        it("gives every field the type that the runner decodes", async () => {
            const runner = groupRunner({ maximumTimeout: 900 });
            sandbox().db.settings.registryHost = "registry.example.org:5050";
            const job = enqueue({
                image: "alpine:3",
                services: [{ name: "postgres:16", alias: "db" }],
                variables: { A: "b" },
                artifacts: { paths: ["out/"] },
                afterScript: ["echo bye"],
            });
            const { body } = await ask(runner);
            expect(body.runner_info).to.deep.include({ timeout: 900, runner_session_url: null });
            expect(body.job_info.project_jobs_running_on_instance_runners_count).to.equal("+Inf");
            expect(body.git_info.repo_url).to.equal(
                `${sandbox().url.replace("://", `://gitlab-ci-token:${job.token}@`)}/apps/etl.git`,
            );
            expect(body.image.name).to.equal("alpine:3");
            expect(body.services[0]).to.include({ name: "postgres:16", alias: "db" });
            expect(body.artifacts[0]).to.deep.include({ paths: ["out/"], artifact_format: "zip" });
            expect(body.steps.map((step: { name: string }) => step.name)).to.deep.equal(["script", "after_script"]);
            expect(body.credentials).to.deep.equal([
                {
                    type: "registry",
                    url: "registry.example.org:5050",
                    username: "gitlab-ci-token",
                    password: job.token,
                },
            ]);
            const value = (key: string) => body.variables.find((one: { key: string }) => one.key === key);
            expect(value("A").value).to.equal("b");
            expect(value("GIT_STRATEGY").value).to.equal("none");
            expect(value("CI_REGISTRY_IMAGE").value).to.equal("registry.example.org:5050/apps/etl");
            expect(value("CI_JOB_TOKEN")).to.include({ public: false, masked: true });
            expect(body).not.to.have.property("run");
            expect(body).not.to.have.property("inputs");
        });

        const mismatches: [string, Partial<Runner>, Partial<NewJob>][] = [
            ["lacks a tag", { tagList: ["a"] }, { tags: ["a", "b"] }],
            ["takes no untagged jobs", { runUntagged: false, tagList: ["a"] }, {}],
            ["takes only protected refs", { accessLevel: "ref_protected" }, { ref: "feature" }],
            ["is in another group", { groupId: 3 }, {}],
            ["is paused", { active: false }, {}],
        ];
        for (const [what, runner, job] of mismatches) {
            it(`leaves a job for others when the runner ${what}`, async () => {
                enqueue(job);
                expect((await ask(groupRunner(runner))).status).to.equal(204);
            });
        }

        it("gives jobs of subgroups to a group's runner, and protected ones to a protected runner", async () => {
            enqueue({ project: "apps/sub/deep", ref: "main" });
            expect((await ask(groupRunner({ accessLevel: "ref_protected" }))).status).to.equal(201);
        });

        it("holds a request while nothing is new, and lets go when a job appears", async () => {
            const runner = groupRunner();
            const value = (await ask(runner)).headers.get("x-gitlab-last-update");
            let answered = false;
            const held = ask(runner, { last_update: value }).then((reply) => {
                answered = true;
                return reply;
            });
            await new Promise((resolve) => setTimeout(resolve, 60));
            expect(answered).to.equal(false);
            enqueue();
            const reply = await held;
            expect([reply.status, reply.headers.has("x-gitlab-last-update")]).to.deep.equal([204, false]);
            expect((await ask(runner, { last_update: value })).status).to.equal(201);
        });

        it("lets go when the runner is changed, and after the time limit", async () => {
            const runner = groupRunner();
            const value = (await ask(runner)).headers.get("x-gitlab-last-update");
            const held = ask(runner, { last_update: value });
            await new Promise((resolve) => setTimeout(resolve, 30));
            await as("owner").put(`/runners/${runner.id}`, { description: "new" });
            expect((await held).status).to.equal(204);
            sandbox().db.settings.longPollSeconds = 0.03;
            const next = (await ask(runner)).headers.get("x-gitlab-last-update");
            expect((await ask(runner, { last_update: next })).status).to.equal(204);
        });

        it("refuses unknown tokens, and runners that ask too often", async () => {
            expect((await as().post("/jobs/request", { token: "glrt-x" })).body).to.deep.equal({
                message: "403 Forbidden",
            });
            sandbox().db.settings.rateLimits.jobsRequest = 1;
            const runner = groupRunner();
            expect((await ask(runner)).status).to.equal(204);
            const { status, body } = await ask(runner);
            expect([status, body.message.error]).to.deep.equal([
                429,
                "This endpoint has been requested too many times. Try again later.",
            ]);
        });
    });

    describe("a running job", () => {
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
            return { job, runner, put, append };
        };

        it("ends as its runner says", async () => {
            const { job, put } = await started();
            expect(job.status).to.equal("running");
            const alive = await put({ state: "running" });
            expect([alive.status, alive.body, alive.headers.get("job-status")]).to.deep.equal([200, 200, "running"]);
            expect((await put({ state: "failed", failure_reason: "script_failure", exit_code: 3 })).status).to.equal(
                200,
            );
            expect(job).to.include({ status: "failed", failureReason: "script_failure", exitCode: 3 });
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
            const { job, append } = await started();
            const headers = { "job-token": job.token, "content-type": "text/plain" };
            const { status, body } = await as().patch(`/jobs/${job.id}/trace`, "x", headers);
            expect([status, body]).to.deep.equal([400, { error: "400 Missing header Content-Range" }]);
            sandbox().db.settings.maxTraceBytes = 3;
            expect((await append(0, "four")).status).to.equal(403);
            expect(job).to.include({ status: "failed", failureReason: "trace_size_exceeded" });
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
            expect(polite.job).to.include({ status: "canceled", failureReason: null });
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
            expect(silent.job.failureReason).to.equal("stuck_or_timeout_failure");
            const long = await started({ timeout: 1200 });
            for (let n = 0; n < 3; n++) {
                clock.advance(15 * 60_000);
                await long.put({ state: "running" });
            }
            expect(long.job.failureReason).to.equal("job_execution_server_timeout");
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

    it("gives up on a job that nobody took for a day", async () => {
        const job = enqueue();
        sandbox().clock.advance(DAY + 1000);
        await as("owner").get("/projects/1/jobs");
        expect(job).to.include({ status: "failed", failureReason: "stuck_or_timeout_failure" });
    });

    it("can be filled and watched from other processes", async () => {
        const own = async (method: string, path: string, body?: object) => {
            const answer = await fetch(`${sandbox().url}/-/sandbox/jobs${path}`, {
                method,
                ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
            });
            return {
                status: answer.status,
                body: (await answer.json()) as { id: number; status: string; trace: string },
            };
        };
        const { body: job } = await own("POST", "", { project: "apps/etl", script: ["echo hi"] });
        await ask(groupRunner());
        const waiting = own("GET", `/${job.id}?wait=5`);
        sandbox().db.traces.set(job.id, Buffer.from("hi"));
        await new Promise((resolve) => setTimeout(resolve, 20));
        sandbox().db.jobs.finish(job.id, "success");
        expect((await waiting).body).to.include({ status: "success", trace: "hi" });
        const wrong = await own("POST", "", { project: "no/where", script: "x" });
        expect([wrong.status, wrong.body]).to.deep.equal([400, { error: 'Job: there is no project "no/where".' }]);
    });
});
