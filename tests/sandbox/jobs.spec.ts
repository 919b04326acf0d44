import { expect } from "chai";
import { DAY, type NewJob, type Runner } from "../../sandbox";
import { jobQueue } from "./queue";

describe("the job queue", () => {
    const { sandbox, as, groupRunner, enqueue, ask } = jobQueue();

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

    it("gives up on a job that nobody took for a day", async () => {
        const { id } = enqueue();
        sandbox().clock.advance(DAY + 1000);
        await as("owner").get("/projects/1/jobs");
        expect(sandbox().db.jobs.must(id)).to.include({ status: "failed", failureReason: "stuck_or_timeout_failure" });
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
